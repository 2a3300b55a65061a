using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>A model file that isn't what was saved is one kind of error, whatever is wrong with it.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class DamagedModelTests : IClassFixture<FittedModel>, IDisposable
{
    private readonly FittedModel _models;
    private readonly byte[] _model;
    private readonly float[][] _scores;

    public DamagedModelTests(FittedModel models)
    {
        _models = models;
        using var stream = new MemoryStream();
        models.Context.Model.Save(models.Lora, models.Test.Schema, stream);
        _model = stream.ToArray();
        _scores = FittedModel.Scores(models.Lora, models.Test);
    }

    public void Dispose() => GC.SuppressFinalize(this);

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused()
    {
        var random = new Random(1);
        int[] places = [0, 1, 21, 22, 100, _model.Length - 1, .. Enumerable.Range(0, 60).Select(_ => random.Next(_model.Length))];
        foreach (int length in places)
            AssertRefused(_model[..length], $"cut to {length} bytes");
    }

    [Fact]
    public void A_changed_byte_of_the_file_is_refused_or_harmless()
    {
        var random = new Random(2);
        for (int i = 0; i < 80; i++)
        {
            byte[] changed = [.. _model];
            int place = random.Next(changed.Length);
            changed[place] ^= (byte)(1 << random.Next(8));
            AssertRefusedOrSame(changed, $"byte {place}");
        }
    }

    [Fact]
    public void A_changed_byte_of_any_entry_of_ours_is_refused()
    {
        var random = new Random(3);
        string[] names = [.. Entries().Select(entry => entry.Name).Where(name => !IsKey(name) && IsOurs(name))];
        Assert.Contains(names, name => name.EndsWith("model.safetensors", StringComparison.Ordinal));
        Assert.True(names.Length >= 6, string.Join(", ", names));
        foreach (string name in names)
        {
            int length = Entries().Single(entry => entry.Name == name).Content.Length;
            foreach (int place in (int[])[0, length / 2, length - 1, random.Next(length)])
                AssertRefused(Edit(name, content => Flip(content, place)), $"byte {place} of {name}");
            AssertRefused(Edit(name, content => content[..^1]), $"{name} without its last byte");
            AssertRefused(Edit(name, content => [.. content, 0]), $"{name} with a byte more");
            AssertRefused(Edit(name, _ => []), $"{name} without bytes");
            AssertRefused(Edit(name, _ => null), $"no {name}");
        }
    }

    [Fact]
    public void A_changed_byte_of_what_the_model_says_of_itself_is_refused()
    {
        string name = Entries().Single(entry => IsOurs(entry.Name) && IsKey(entry.Name)).Name;
        byte[] entry = Entries().Single(e => e.Name == name).Content;
        // The header says where the component's own bytes begin, and how many there are.
        int begin = (int)BitConverter.ToInt64(entry, 16), length = (int)BitConverter.ToInt64(entry, 24);
        var random = new Random(4);
        foreach (int place in (int[])[0, 3, 4, 36, length - 1, .. Enumerable.Range(0, 60).Select(_ => random.Next(length))])
        {
            AssertRefused(Edit(name, content => Flip(content, begin + place)), $"byte {place} of {name}");
            AssertRefused(Edit(name, content => content[..(begin + place)]), $"{name} cut to {place}");
        }

        // Outside of it are ML.NET's own fields, some of which nobody reads.
        foreach (int place in Enumerable.Range(0, begin).Concat(Enumerable.Range(begin + length, entry.Length - begin - length)))
            AssertRefusedOrSame(Edit(name, content => Flip(content, place)), $"byte {place} of the header");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(1 << 20)]
    public void A_length_that_the_file_has_no_bytes_for_is_refused(int length)
    {
        string name = Entries().Single(entry => IsOurs(entry.Name) && IsKey(entry.Name)).Name;
        AssertRefused(
            Edit(name, content =>
            {
                int begin = (int)BitConverter.ToInt64(content, 16);
                BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(begin), length);
                return content;
            }),
            $"a length of {length}");
    }

    private void AssertRefused(byte[] model, string what)
    {
        try
        {
            LoadedModel.Of(model);
        }
        catch (FormatException)
        {
            return;
        }
        catch (Exception e)
        {
            Assert.Fail($"{what}: {e}");
        }

        Assert.Fail($"{what}: it was loaded");
    }

    private void AssertRefusedOrSame(byte[] model, string what)
    {
        try
        {
            using var loaded = (IDisposable)LoadedModel.Of(model);
            Assert.Equal(_scores, FittedModel.Scores((ITransformer)loaded, _models.Test));
        }
        catch (Exception e) when (e is FormatException or FileNotFoundException or FileLoadException)
        {
            // ML.NET itself looks for the assembly that a file names, and says that there is none of a changed name.
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{what}: {e}");
        }
    }

    private List<(string Name, byte[] Content)> Entries()
    {
        var entries = new List<(string, byte[])>();
        ModelZip.Edit(_model, (name, content) =>
        {
            entries.Add((name, content));
            return content;
        });
        return entries;
    }

    private byte[] Edit(string entry, Func<byte[], byte[]?> edit) =>
        ModelZip.Edit(_model, (name, content) => name == entry ? edit(content) : content);

    private static byte[] Flip(byte[] content, int place)
    {
        content[place] ^= 0x10;
        return content;
    }

    private static bool IsKey(string name) => name.EndsWith(".key", StringComparison.Ordinal);

    /// <summary>ML.NET keeps a version and the schema of the input beside the model.</summary>
    private static bool IsOurs(string name) =>
        !name.StartsWith("TrainingInfo", StringComparison.Ordinal) && !name.Contains("Schema", StringComparison.Ordinal);
}
