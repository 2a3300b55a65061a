using Microsoft.ML.KappaTune.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Measures a classifier on labelled rows.</summary>
internal static class Evaluation
{
    /// <summary>All rows, those of like length together.</summary>
    public static ValidationResult Of(
        PartlyFrozenModel model, FrozenActivationCache lower, TokenizedRows rows, int classes, int batchSize, int padId, Device device,
        CancellationToken cancellation)
    {
        using var mode = no_grad();
        double loss = 0;
        int[] seen = new int[classes], found = new int[classes];
        foreach (int[] part in Enumerable.Range(0, rows.Count).OrderBy(row => rows.Lengths[row]).Chunk(batchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var batch = Batch.Of(rows, part, padId, device);
            Tensor logs = model.Upper(batch, lower.Lower(batch), training: false).to(float32).log_softmax(-1); // [B, classes]
            loss -= logs.gather(1, batch.Labels.unsqueeze(1)).sum(float64).item<double>();
            long[] best = [.. logs.argmax(-1).cpu().data<long>()];
            for (int b = 0; b < part.Length; b++)
            {
                int label = rows.Label(part[b]);
                seen[label]++;
                found[label] += best[b] == label ? 1 : 0;
            }
        }

        double macro = Enumerable.Range(0, classes).Where(c => seen[c] > 0).Average(c => (double)found[c] / seen[c]);
        return new(loss / rows.Count, (double)found.Sum() / rows.Count, macro);
    }
}
