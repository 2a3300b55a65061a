using System.Security.Cryptography;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Resume;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>
/// What decides what a run of any task computes, by name: two runs of one identity are the same run. The options in it are those whose
/// attributes don't say otherwise.
/// </summary>
internal static class TuningIdentity
{
    private const string ControlText = "the control text";

    /// <summary>All of it but what the task adds: its rows, and how they are learnt from.</summary>
    /// <param name="task">What the model is for.</param>
    public static SortedDictionary<string, string> Create(
        TuningRequest request, string baseFingerprint, TransformerConfig config, ModelTask task, TokenizerFiles files, bool isBFloat16)
    {
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (OptionInfo option in OptionInfo.AllOf(typeof(TuningOptions)).Where(option => option.IsInIdentity))
            identity[option.Name] = Text(option.ValueIn(request.Options));

        identity[nameof(TuningOptions.Precision)] = Text(isBFloat16 ? TuningPrecision.BFloat16 : TuningPrecision.Float32);
        identity["the base model"] = baseFingerprint;
        identity["the base model's configuration"] = Hash(hash => Add(hash, TextOf(config, task)));
        identity["the base model's tokenizer"] = files.ComputeHash();
        // Without a budget it is only measured on.
        identity[ControlText] = request.Options.Budget is null ? "none" : request.Control!.ComputeHash();
        return identity;
    }

    /// <summary>What to call the parts that are hashes of what has a name.</summary>
    public static Dictionary<string, IdentityLabel> Labels(TuningRequest request) => request.Options.Budget is null ? [] : new()
    {
        [ControlText] = new(
            request.ControlTexts is null ? nameof(TuningOptions.RetentionText) : ControlText, request.Control!.Name),
    };

    /// <summary>The configuration under the names of its file, which stay when a property here is renamed.</summary>
    public static string TextOf(TransformerConfig config, ModelTask task) => config.ToJson(task).ReplaceLineEndings("\n");

    public static string Text(object? value) => value is KappaSelection selection
        ? JsonSerializer.Serialize(selection, MatrixJson.Options)
        : OptionInfo.TextOf(value);

    public static string Hash(Action<IncrementalHash> add)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        add(hash);
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Adds a text with its length, so that texts can't run into each other.</summary>
    public static void Add(IncrementalHash hash, string? text)
    {
        hash.AppendData(BitConverter.GetBytes(text?.Length ?? -1));
        hash.AppendData(Encoding.Unicode.GetBytes(text ?? ""));
    }
}
