using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Training.Resume;

/// <summary>
/// Everything that decides what a run computes, by name: two runs of one identity are the same run. Not in it is what only watches
/// (Progress, RetentionText, the log), what only keeps (CheckpointDirectory, CheckpointEvery, Resume, ScanCacheDirectory), where the base's folder
/// is, ZeroPaddingRow, which changes nothing but whether a base is refused, and Device and Threads, with which only the last bits differ.
/// </summary>
internal static class RunIdentity
{
    public static SortedDictionary<string, string> Of(
        TextClassificationRequest task, string baseFingerprint, EncoderConfig config, TokenizerFiles files, bool isBFloat16)
    {
        TuningOptions o = task.Options;
        return new(StringComparer.Ordinal)
        {
            ["the base model"] = baseFingerprint,
            ["the base model's configuration"] = Hash(hash => Add(hash, config.ToString())),
            ["the base model's tokenizer"] = Hash(hash => AddFiles(hash, files)),
            ["the classes"] = string.Join(", ", task.Classes),
            ["the training rows"] = Hash(hash => AddRows(hash, task.Train)),
            ["the validation rows"] = task.Validation is { } rows ? Hash(hash => AddRows(hash, rows)) : "none",
            [nameof(o.Selection)] = JsonSerializer.Serialize(o.Selection, StateDocument.Options),
            [nameof(o.Method)] = o.Method.ToString(),
            [nameof(o.MaxEpochs)] = Text(o.MaxEpochs),
            [nameof(o.HeadEpochs)] = Text(o.HeadEpochs),
            [nameof(o.BatchSize)] = Text(o.BatchSize),
            [nameof(o.GradientAccumulation)] = Text(o.GradientAccumulation),
            [nameof(o.LearningRate)] = Text(o.LearningRate),
            [nameof(o.HeadLearningRate)] = Text(o.HeadLearningRate),
            [nameof(o.WeightDecay)] = Text(o.WeightDecay),
            [nameof(o.Schedule)] = Text(o.Schedule),
            [nameof(o.WarmupRatio)] = Text(o.WarmupRatio),
            [nameof(o.GradientClip)] = Text(o.GradientClip),
            [nameof(o.MaxSequenceLength)] = Text(o.MaxSequenceLength),
            [nameof(o.EarlyStopping)] = o.EarlyStopping is { } e ? $"{e.Metric} with patience {Text(e.Patience)}" : "null",
            [nameof(o.Seed)] = Text(o.Seed),
            [nameof(o.Precision)] = Text(isBFloat16 ? TuningPrecision.BFloat16 : TuningPrecision.Float32),
            [nameof(task.LabelSmoothing)] = Text(task.LabelSmoothing),
            [nameof(task.ClassWeights)] = Text(task.ClassWeights),
        };
    }

    /// <exception cref="TrainingStateMismatchException">Something differs; the first of it is named.</exception>
    public static void RequireSame(IReadOnlyDictionary<string, string> saved, IReadOnlyDictionary<string, string> current, string folder)
    {
        foreach (string name in current.Keys.Union(saved.Keys, StringComparer.Ordinal))
        {
            string before = saved.GetValueOrDefault(name, "unknown"), now = current.GetValueOrDefault(name, "unknown");
            if (before != now)
                throw new TrainingStateMismatchException(folder, name, before, now);
        }
    }

    private static string Text(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "null";

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

    private static void AddFiles(IncrementalHash hash, TokenizerFiles files)
    {
        foreach ((string name, byte[] content) in files.Content.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(hash, name);
            hash.AppendData(SHA256.HashData(content));
        }
    }

    /// <summary>With its length, so that texts can't run into each other.</summary>
    private static void Add(IncrementalHash hash, string? text)
    {
        hash.AppendData(BitConverter.GetBytes(text?.Length ?? -1));
        hash.AppendData(Encoding.Unicode.GetBytes(text ?? ""));
    }
}
