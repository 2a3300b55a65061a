using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>
/// Cross-entropy of the tokens that count, in float32, and, of mixtures of experts, how unevenly the routers of the layers that train
/// spread tokens: of that, each of a step's batches counts as much as it has tokens that count.
/// </summary>
/// <param name="routerBalance">How much the routers count; 0 for nothing.</param>
/// <param name="chosenExperts">Experts that compute for a token; 0 where there are none.</param>
internal sealed class CausalLmLoss(double routerBalance, int chosenExperts) : IRowLoss<LanguageModelRows>
{
    private RouterLogits? _routers;

    public IDisposable? Watch() => _routers = routerBalance > 0 ? RouterLogits.Begin() : null;

    /// <param name="logits">Of the batch's places, [M, vocabulary], of any type.</param>
    public Tensor Sum(Tensor logits, LanguageModelRows rows, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor targets = rows.TargetsOf(batch.Rows, logits.device);
        Tensor loss = nn.functional.cross_entropy(logits.to(float32), targets, reduction: nn.Reduction.Sum);
        if (_routers is { Layers.Count: > 0 } routers)
        {
            double weight = routerBalance * batch.Rows.Sum(rows.CountedIn);
            loss = loss.Plus(routers.BalanceLoss(chosenExperts, batch.Mask).to(float32).Times(weight));
        }

        return loss.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
    }
}
