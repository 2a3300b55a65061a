using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Reads options files: one JSON object, with comments and trailing commas as people write them.</summary>
internal sealed class PretrainingOptionsFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly Dictionary<string, Func<PretrainingOptionsFile, PretrainingOptions, PretrainingOptions>> Readers =
        new(StringComparer.Ordinal)
        {
            ["objective"] = (f, o) => o with
            {
                Objective = f.Word(("masked", PretrainingObjective.Masked), ("next-token", PretrainingObjective.NextToken)),
            },
            ["tokenizer"] = (f, o) => o with { Tokenizer = f.Tokenizer() },
            ["vocabulary"] = (f, o) => o with { Vocabulary = f.Whole(300, 1_000_000) },
            ["lowercase"] = (f, o) => o with { Lowercase = f.Flag() },
            ["maximumTokens"] = (f, o) => o with { MaximumTokens = f.Whole(16, 8192) },
            ["layers"] = (f, o) => o with { Layers = f.Whole(1, 100) },
            ["hidden"] = (f, o) => o with { Hidden = f.Whole(1, 16384) },
            ["heads"] = (f, o) => o with { Heads = f.Whole(1, 256) },
            ["intermediate"] = (f, o) => o with { Intermediate = f.Whole(1, 65536) },
            ["initializerRange"] = (f, o) => o with { InitializerRange = f.Number(v => v is > 0 and <= 1, "above 0 and at most 1") },
            ["sinusoidalPositions"] = (f, o) => o with { SinusoidalPositions = f.Flag() },
            ["steps"] = (f, o) => o with { Steps = f.Whole(1, int.MaxValue) },
            ["epochs"] = (f, o) => o with { Epochs = f.Number(v => v is > 0 and <= 1e6, "above 0 and at most 1000000") },
            ["batchSize"] = (f, o) => o with { BatchSize = f.Whole(1, 1 << 20) },
            ["learningRate"] = (f, o) => o with { LearningRate = f.Number(v => v is > 0 and <= 1, "above 0 and at most 1") },
            ["schedule"] = (f, o) => o with
            {
                Schedule = f.Word(
                    ("linear", LearningRateSchedule.Linear), ("cosine", LearningRateSchedule.Cosine),
                    ("constant", LearningRateSchedule.Constant)),
            },
            ["warmup"] = (f, o) => o with { Warmup = f.Share() },
            ["weightDecay"] = (f, o) => o with { WeightDecay = f.Share() },
            ["beta2"] = (f, o) => o with { Beta2 = f.Share() },
            ["gradientClip"] = (f, o) => o with { GradientClip = f.Number(v => v is > 0 and <= 1e9, "above 0 and at most 1000000000") },
            ["dropout"] = (f, o) => o with { Dropout = f.Share() },
            ["tuningDropout"] = (f, o) => o with { TuningDropout = f.Share() },
            ["maskRate"] = (f, o) => o with { MaskRate = f.Number(v => v is > 0 and <= 0.5, "above 0 and at most 0.5") },
            ["wholeWords"] = (f, o) => o with { WholeWords = f.Flag() },
            ["shortShare"] = (f, o) => o with { ShortShare = f.Number(v => v is >= 0 and <= 1, "from 0 to 1") },
            ["precision"] = (f, o) => o with
            {
                Precision = f.Word(("float32", TuningPrecision.Float32), ("bfloat16", TuningPrecision.BFloat16)),
            },
            ["storage"] = (f, o) => o with
            {
                Storage = f.Word(
                    ("float16", ScalarType.Float16), ("bfloat16", ScalarType.BFloat16), ("float32", ScalarType.Float32)),
            },
            ["checkpointEvery"] = (f, o) => o with { CheckpointEvery = f.Whole(1, int.MaxValue) },
            ["heldOutShare"] = (f, o) => o with { HeldOutShare = f.Number(v => v is >= 0 and <= 0.5, "from 0 to 0.5") },
            ["heldOutWindows"] = (f, o) => o with { HeldOutWindows = f.Whole(1, int.MaxValue) },
            ["seed"] = (f, o) => o with { Seed = f.Whole(int.MinValue, int.MaxValue) },
        };

    private readonly string _path;
    private string? _field;
    private JsonElement _value;

    private PretrainingOptionsFile(string path) => _path = path;

    /// <summary>The names of all fields.</summary>
    public static IReadOnlyCollection<string> Fields => Readers.Keys;

    /// <exception cref="PretrainingOptionsException">The file isn't JSON, or a field in it is unknown or wrong.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static PretrainingOptions Read(string path) => new PretrainingOptionsFile(path).Read();

    /// <summary>What only all fields together tell.</summary>
    /// <exception cref="PretrainingOptionsException">Two of them don't fit each other.</exception>
    private PretrainingOptions Read()
    {
        var options = new PretrainingOptions();
        var given = new HashSet<string>(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonFile.WithoutMark(File.ReadAllBytes(_path)), Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Fault("it isn't a JSON object", "Write the fields between { and }.");
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                (_field, _value) = (CheckpointFormatException.Printable(property.Name), property.Value);
                if (!Readers.TryGetValue(property.Name, out Func<PretrainingOptionsFile, PretrainingOptions, PretrainingOptions>? set))
                    throw Fault("there is no such field", $"There are {string.Join(", ", Readers.Keys)}.");
                if (!given.Add(property.Name))
                    throw Fault("it is there twice", "Remove one.");
                options = set(this, options);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            _field = null;
            throw Fault("it isn't valid JSON", "Write one JSON object in UTF-8.", e);
        }

        PretrainingOptionsCheck.Validate(options, _path);
        return options;
    }

    private int Whole(int least, int most) =>
        _value.ValueKind == JsonValueKind.Number && _value.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Wrong(FormattableString.Invariant($"a whole number from {least} to {most}"));

    private double Share() => Number(v => v is >= 0 and < 1, "from 0 to below 1");

    private double Number(Func<double, bool> isAllowed, string allowed) =>
        _value.ValueKind == JsonValueKind.Number && _value.TryGetDouble(out double number) && isAllowed(number)
            ? number
            : throw Wrong($"a number {allowed}");

    private bool Flag() =>
        _value.ValueKind is JsonValueKind.True or JsonValueKind.False ? _value.GetBoolean() : throw Wrong("true or false");

    private T Word<T>(params (string Name, T Value)[] words)
    {
        string? text = _value.ValueKind == JsonValueKind.String ? _value.GetString() : null;
        foreach ((string name, T value) in words)
        {
            if (name == text)
                return value;
        }

        throw Wrong($"one of {string.Join(", ", words.Select(word => word.Name))}");
    }

    /// <summary>A folder's path is taken from where the file is.</summary>
    private string Tokenizer()
    {
        string text = _value.ValueKind == JsonValueKind.String ? _value.GetString()! : "";
        if (text is PretrainingOptions.WordPiece or PretrainingOptions.Bpe)
            return text;
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(_path))!, text);
        return text.Length > 0 && Directory.Exists(folder)
            ? folder
            : throw Wrong($"{PretrainingOptions.WordPiece}, {PretrainingOptions.Bpe} or a folder that is there");
    }

    private PretrainingOptionsException Wrong(string allowed)
    {
        string text = _value.GetRawText();
        string shown = text.Length <= 60 ? CheckpointFormatException.Printable(text) : "what it is";
        return Fault($"{shown} isn't allowed", $"Allowed is {allowed}.");
    }

    private PretrainingOptionsException Fault(string reason, string remedy, Exception? cause = null) =>
        new(_path, _field, reason, remedy, cause);
}
