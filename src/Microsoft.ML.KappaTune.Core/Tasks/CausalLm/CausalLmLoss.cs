using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
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

    /// <param name="states">Of the batch's places, [M, H], of any type.</param>
    public double Backward(TextModel model, Tensor states, LanguageModelRows rows, TokenBatch batch, int counted)
    {
        using var scope = NewDisposeScope();
        Tensor targets = rows.TargetsOf(batch.Rows, states.device);
        (double loss, Tensor? gradient) = new GuessLoss((CausalLanguageModel)model).Backward(states, targets, 1.0 / counted);
        // By the states, the gradient of this sum is the gradient that is known.
        Tensor? below = gradient is null ? null : states.mul(gradient).sum().to(float32);
        if (_routers is { Layers.Count: > 0 } routers)
        {
            double weight = routerBalance * batch.Rows.Sum(rows.CountedIn) / counted;
            Tensor balance = routers.BalanceLoss(chosenExperts, batch.Mask).to(float32).Times(weight);
            loss += balance.item<float>();
            below = below?.Plus(balance) ?? balance;
        }

        below?.backward();
        return loss;
    }

    public void Dispose()
    {
    }
}
