using System.Security.Cryptography;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Resume;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>
/// Everything that decides what a run computes, by name: two runs of one identity are the same run. The options in it are those
/// whose attributes don't say otherwise.
/// </summary>
internal static class ClassificationIdentity
{
    private const string ControlText = "the control text";

    public static SortedDictionary<string, string> Create(
        TextClassificationRequest request, string baseFingerprint, EncoderConfig config, TokenizerFiles files, bool isBFloat16)
    {
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (OptionInfo option in OptionInfo.AllOf(typeof(TuningOptions)).Where(option => option.IsInIdentity))
            identity[option.Name] = Text(option.ValueIn(request.Options));

        identity[nameof(TuningOptions.Precision)] = Text(isBFloat16 ? TuningPrecision.BFloat16 : TuningPrecision.Float32);
        identity[nameof(request.LabelSmoothing)] = Text(request.LabelSmoothing);
        identity[nameof(request.ClassWeights)] = Text(request.ClassWeights);
        identity["the base model"] = baseFingerprint;
        identity["the base model's configuration"] = Hash(hash => Add(hash, TextOf(config)));
        identity["the base model's tokenizer"] = files.ComputeHash();
        identity["the classes"] = string.Join(", ", request.Classes);
        identity["the training rows"] = Hash(hash => AddRows(hash, request.Train));
        identity["the validation rows"] = request.Validation is { } rows ? Hash(hash => AddRows(hash, rows)) : "none";
        // Without a budget it is only measured on.
        identity[ControlText] = request.Options.Budget is null ? "none" : request.Control!.ComputeHash();
        return identity;
    }

    /// <summary>What to call the parts that are hashes of what has a name.</summary>
    public static Dictionary<string, IdentityLabel> Labels(TextClassificationRequest request) => request.Options.Budget is null ? [] : new()
    {
        [ControlText] = new(
            request.ControlTexts is null ? nameof(TuningOptions.RetentionText) : ControlText, request.Control!.Name),
    };

    /// <summary>The configuration under the names of its file, which stay when a property here is renamed.</summary>
    internal static string TextOf(EncoderConfig config) => config.ToJson(ModelTask.SequenceClassification).ReplaceLineEndings("\n");

    private static string Text(object? value) => value is KappaSelection selection
        ? JsonSerializer.Serialize(selection, MatrixJson.Options)
        : OptionInfo.TextOf(value);

    private static string Hash(Action<IncrementalHash> add)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        add(hash);
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static void AddRows(IncrementalHash hash, IReadOnlyList<TextExample> rows)
    {
        foreach (TextExample row in rows)
        {
            Add(hash, row.Text);
            Add(hash, row.Pair);
            Add(hash, Text(row.Label));
        }
    }

    /// <summary>With its length, so that texts can't run into each other.</summary>
    private static void Add(IncrementalHash hash, string? text)
    {
        hash.AppendData(BitConverter.GetBytes(text?.Length ?? -1));
        hash.AppendData(Encoding.Unicode.GetBytes(text ?? ""));
    }
}
