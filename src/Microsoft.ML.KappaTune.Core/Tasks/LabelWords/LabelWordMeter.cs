using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.LabelWords;

/// <summary>
/// Counts the texts whose class has the highest score, and sums the losses of the classes' probabilities. The rows are each text with each
/// class's word and, for calibrated scores, a text without content behind them.
/// </summary>
/// <param name="labels">The classes of the texts.</param>
internal sealed class LabelWordMeter(LanguageModelRows rows, int[] labels, WordScores scores, int classes) : IRowMeter
{
    private readonly double[] _logs = new double[rows.Count];

    public void Add(TextModel model, Tensor states, TokenBatch batch)
    {
        Tensor targets = rows.TargetsOf(batch.Rows, states.device);
        float[] losses = [.. new GuessLoss((CausalLanguageModel)model).Losses(states, targets).to(float32).cpu().data<float>()];
        int first = 0;
        foreach (int row in batch.Rows)
        {
            for (int end = first + rows.CountedIn(row); first < end; first++)
                _logs[row] -= losses[first];
        }
    }

    public ValidationResult Result()
    {
        int[] lengths = [.. Enumerable.Range(0, classes).Select(rows.CountedIn)];
        ReadOnlySpan<double> withoutContent = scores == WordScores.Calibrated ? _logs.AsSpan(labels.Length * classes) : [];
        int[] seen = new int[classes], found = new int[classes];
        double loss = 0;
        for (int text = 0; text < labels.Length; text++)
        {
            int label = labels[text];
            double[] logs = LabelWordScores.Normalised(
                LabelWordScores.Of(scores, _logs.AsSpan(text * classes, classes), lengths, withoutContent));
            loss -= logs[label];
            seen[label]++;
            found[label] += Array.IndexOf(logs, logs.Max()) == label ? 1 : 0;
        }

        double macro = Enumerable.Range(0, classes).Where(c => seen[c] > 0).Average(c => (double)found[c] / seen[c]);
        return new(loss / labels.Length, (double)found.Sum() / labels.Length, macro);
    }
}
