using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Everything that decides what a classification's run computes, by name.</summary>
internal static class ClassificationIdentity
{
    public static SortedDictionary<string, string> Create(
        TextClassificationRequest request, string baseFingerprint, TransformerConfig config, TokenizerFiles files, bool isBFloat16,
        ModelTask task = ModelTask.SequenceClassification)
    {
        SortedDictionary<string, string> identity = TuningIdentity.Create(request, baseFingerprint, config, task, files, isBFloat16);
        identity[nameof(request.LabelSmoothing)] = TuningIdentity.Text(request.LabelSmoothing);
        identity[nameof(request.ClassWeights)] = TuningIdentity.Text(request.ClassWeights);
        identity["the classes"] = string.Join(", ", request.Classes);
        identity["the training rows"] = HashOf(request.Train);
        identity["the validation rows"] = request.Validation is { } rows ? HashOf(rows) : "none";
        return identity;
    }

    private static string HashOf(IReadOnlyList<TextExample> rows) => TuningIdentity.Hash(hash =>
    {
        foreach (TextExample row in rows)
        {
            TuningIdentity.Add(hash, row.Text);
            TuningIdentity.Add(hash, row.Pair);
            TuningIdentity.Add(hash, TuningIdentity.Text(row.Label));
        }
    });
}
