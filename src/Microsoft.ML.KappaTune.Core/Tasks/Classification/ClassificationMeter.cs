using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Counts the rows whose class was found, and sums their losses.</summary>
internal sealed class ClassificationMeter(TokenizedRows rows, int classes) : IRowMeter
{
    private readonly int[] _seen = new int[classes], _found = new int[classes];
    private double _loss;

    public void Add(TextModel model, Tensor states, TokenBatch batch)
    {
        Tensor logs = model.Head(states).to(float32).log_softmax(-1); // [B, classes]
        _loss -= logs.gather(1, rows.LabelsOf(batch.Rows, states.device).unsqueeze(1)).sum(float64).item<double>();
        long[] best = [.. logs.argmax(-1).cpu().data<long>()];
        for (int b = 0; b < batch.Rows.Length; b++)
        {
            int label = rows.Labels[batch.Rows[b]];
            _seen[label]++;
            _found[label] += best[b] == label ? 1 : 0;
        }
    }

    public ValidationResult Result()
    {
        double macro = Enumerable.Range(0, classes).Where(c => _seen[c] > 0).Average(c => (double)_found[c] / _seen[c]);
        return new(_loss / rows.Count, (double)_found.Sum() / rows.Count, macro);
    }
}
