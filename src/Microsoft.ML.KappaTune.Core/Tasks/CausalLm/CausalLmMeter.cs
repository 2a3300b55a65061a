using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>Sums the losses of the tokens that count, and counts those that are guessed: over all tokens, and by rows.</summary>
internal sealed class CausalLmMeter(LanguageModelRows rows) : IRowMeter
{
    private double _loss, _shares;
    private long _found;

    public void Add(TextModel model, Tensor states, TokenBatch batch)
    {
        Tensor targets = rows.TargetsOf(batch.Rows, states.device);
        (Tensor losses, Tensor isRight) = new GuessLoss((CausalLanguageModel)model).Measure(states, targets);
        _loss += losses.sum(float64).item<double>();
        bool[] found = [.. isRight.cpu().data<bool>()];
        int first = 0;
        foreach (int row in batch.Rows)
        {
            int counted = rows.CountedIn(row), right = found.AsSpan(first, counted).Count(true);
            (_found, _shares, first) = (_found + right, _shares + (double)right / counted, first + counted);
        }
    }

    public ValidationResult Result()
    {
        double tokens = rows.CountedTokens!.Value;
        return new(_loss / tokens, _found / tokens, _shares / rows.Count);
    }
}
