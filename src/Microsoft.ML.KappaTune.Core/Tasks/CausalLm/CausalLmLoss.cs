using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>Cross-entropy of the tokens that count, in float32.</summary>
internal sealed class CausalLmLoss : IRowLoss<LanguageModelRows>
{
    /// <param name="logits">Of the batch's places, [M, vocabulary], of any type.</param>
    public Tensor Sum(Tensor logits, LanguageModelRows rows, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor targets = rows.TargetsOf(batch.Rows, logits.device);
        return nn.functional.cross_entropy(logits.to(float32), targets, reduction: nn.Reduction.Sum).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
    }
}
