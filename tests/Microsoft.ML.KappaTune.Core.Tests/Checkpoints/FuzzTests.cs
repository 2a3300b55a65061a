using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

/// <summary>
/// Mutations of valid files: each either loads and can be read to its last value, or is refused with the one exception.
/// The cases are the same in every run, unless <c>KAPPATUNE_FUZZ_CASES</c> asks for a number of new ones.
/// </summary>
public sealed partial class FuzzTests : IDisposable
{
    private const int CasesByDefault = 300;

    private static readonly (string Header, int DataLength)[] Seeds =
    [
        ("{}", 0),
        ("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8),
        ("""{"__metadata__":{"format":"pt"},"a":{"dtype":"BF16","shape":[2,3],"data_offsets":[0,12]}"""
            + ""","b":{"dtype":"F8_E4M3","shape":[],"data_offsets":[12,13]}}""", 13),
        ("""{"e":{"dtype":"F16","shape":[2,2,2],"data_offsets":[0,16]},"z":{"dtype":"I64","shape":[0,4],"data_offsets":[16,16]}"""
            + ""","u":{"dtype":"BOOL","shape":[3],"data_offsets":[16,19]}}""", 19),
    ];

    private static readonly string[] Numbers =
        ["0", "-1", "1", "2", "8", "1.5", "1e3", "4294967296", "9223372036854775807", "9223372036854775808", "18446744073709551615", "null",
            "\"8\"", "[]", "{}", "-0", "00"];

    private static readonly string[] Fragments =
        ["{", "}", "[", "]", "\"", ",", ":", "\\", "\\ud800", "\0", "..", "/", " ", "null", "true", "\"dtype\":\"F32\",", "\"shape\":[1],",
            "\"w\":{},", "F64", "U8", "é", "\ufeff"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_mutated_safetensors_file_loads_or_is_refused()
    {
        int refused = 0, loaded = 0;
        ForAll((seed, mutations, trueLength) =>
        {
            (string header, int dataLength) = Seeds[seed % Seeds.Length];
            byte[] mutated = Apply(Encoding.UTF8.GetBytes(header), mutations.Where(m => !m.InData));
            byte[] file = trueLength
                ? SafetensorsBytes.Of(mutated, dataLength)
                : SafetensorsBytes.WithLength((ulong)header.Length, mutated, dataLength);
            file = Apply(file, mutations.Where(m => m.InData));
            string path = _folder.Write("model.safetensors", file);
            try
            {
                using SafetensorsFile opened = SafetensorsFile.Open(path);
                foreach (TensorView tensor in opened.Tensors)
                {
                    tensor.Read(0, new float[tensor.ElementCount]);
                    tensor.Read(0, new double[tensor.ElementCount]);
                }

                loaded++;
            }
            catch (CheckpointFormatException)
            {
                refused++;
            }
        });
        // Both kinds, or the mutations are too weak or too strong to find anything.
        if (loaded + refused >= CasesByDefault)
            Assert.InRange((double)loaded / (loaded + refused), 0.02, 0.5);
    }

    [Fact]
    public void A_mutated_index_and_config_load_or_are_refused()
    {
        byte[] index = Encoding.UTF8.GetBytes("""{"metadata":{"total_size":8},"weight_map":{"w":"model-1.safetensors"}}""");
        byte[] config = Encoding.UTF8.GetBytes(
            """{"model_type":"bert","architectures":["BertModel"],"num_hidden_layers":12,"num_experts":8,"tie_word_embeddings":true}""");
        _folder.Write("model-1.safetensors", SafetensorsBytes.Of(Seeds[1].Header, Seeds[1].DataLength));
        ForAll((_, mutations, _) =>
        {
            _folder.Write("model.safetensors.index.json", Apply(index, mutations.Where(m => m.InData)));
            _folder.Write("config.json", Apply(config, mutations.Where(m => !m.InData)));
            try
            {
                using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
                Assert.NotNull(checkpoint.Find("w"));
            }
            catch (CheckpointFormatException)
            {
            }
        });
    }

    private static void ForAll(Action<int, Mutation[], bool> check)
    {
        Config config = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);
        config = int.TryParse(Environment.GetEnvironmentVariable("KAPPATUNE_FUZZ_CASES"), out int cases)
            ? config.WithMaxTest(cases)
            : config.WithMaxTest(CasesByDefault).WithReplay(20250622, 1);
        Gen<Mutation> mutation =
            from kind in Gen.Choose(0, Mutation.Kinds - 1)
            from place in Gen.Choose(0, 1 << 20)
            from value in Gen.Choose(0, 1 << 20)
            from inData in Gen.Choose(0, 3)
            select new Mutation(kind, place, value, inData == 0);
        var mutations =
            from seed in Gen.Choose(0, 1 << 20)
            from count in Gen.Choose(1, 4)
            from list in mutation.ArrayOf(count)
            from trueLength in Gen.Choose(0, 7)
            select (seed, list, trueLength: trueLength != 0);
        Prop.ForAll(Arb.From(mutations), x => check(x.seed, x.list, x.trueLength))
            .Check(config);
    }

    private static byte[] Apply(byte[] content, IEnumerable<Mutation> mutations) =>
        mutations.Aggregate(content, (bytes, m) => m.Apply(bytes));

    /// <summary>One change of a file, at a place that is taken modulo its length.</summary>
    private sealed partial record Mutation(int Kind, int Place, int Value, bool InData)
    {
        public const int Kinds = 9;

        public byte[] Apply(byte[] bytes)
        {
            int at = Place % (bytes.Length + 1), count = Math.Min(Value % 9, bytes.Length - at);
            ReadOnlySpan<byte> before = bytes.AsSpan(0, at), after = bytes.AsSpan(at + count), some = bytes.AsSpan(at, count);
            return Kind switch
            {
                0 => FlipBit(bytes),
                1 => [.. before, .. after],
                2 => [.. before, .. some, .. some, .. after],
                3 => [.. before],
                4 => [.. before, (byte)Value, .. bytes.AsSpan(at)],
                5 => [.. before, .. Encoding.UTF8.GetBytes(Fragments[Value % Fragments.Length]), .. bytes.AsSpan(at)],
                6 => [.. bytes, .. some],
                // Latin-1 keeps every byte, whether or not the file is text.
                _ => ReplaceNumber(Encoding.Latin1.GetString(bytes)),
            };
        }

        private byte[] FlipBit(byte[] bytes)
        {
            byte[] flipped = [.. bytes];
            if (flipped.Length > 0)
                flipped[Place % flipped.Length] ^= (byte)(1 << (Value % 8));
            return flipped;
        }

        private byte[] ReplaceNumber(string text)
        {
            MatchCollection numbers = Number().Matches(text);
            if (numbers.Count == 0)
                return Encoding.Latin1.GetBytes(text);
            Match chosen = numbers[Place % numbers.Count];
            return Encoding.Latin1.GetBytes(
                text[..chosen.Index] + Numbers[Value % Numbers.Length] + text[(chosen.Index + chosen.Length)..]);
        }

        [GeneratedRegex("[0-9]+")]
        private static partial Regex Number();
    }
}
