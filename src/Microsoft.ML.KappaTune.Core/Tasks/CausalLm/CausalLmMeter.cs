using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>Sums the losses of the tokens that count, and counts those that are guessed: over all tokens, and by rows.</summary>
internal sealed class CausalLmMeter(LanguageModelRows rows) : IRowMeter
{
    private double _loss, _shares;
    private long _found;

    public void Add(Tensor logits, TokenBatch batch)
    {
        Tensor targets = rows.TargetsOf(batch.Rows, logits.device);
        Tensor losses = nn.functional.cross_entropy(logits.to(float32), targets, reduction: nn.Reduction.None);
        _loss += losses.sum(float64).item<double>();
        bool[] found = [.. logits.argmax(-1).eq(targets).cpu().data<bool>()];
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
