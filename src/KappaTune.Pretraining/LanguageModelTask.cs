using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Windows of one forward pass.</summary>
/// <param name="Tokens">The windows, one after another.</param>
/// <param name="Length">Tokens of each.</param>
/// <param name="Random">Decides what is asked.</param>
internal readonly record struct TokenWindowBatch(int[] Tokens, int Length, Random Random);

/// <summary>Learns a text by a language model's objective: cross-entropy of the tokens to guess.</summary>
/// <param name="objective">The model and what it is asked.</param>
/// <param name="order">Which windows meet in which step.</param>
/// <param name="heldOut">Text to measure on; null for none.</param>
/// <param name="options">Decide what is asked, and how much the routers of mixtures of experts count.</param>
internal sealed class LanguageModelTask(
    LanguageModelObjective objective, WindowOrder order, HeldOutText? heldOut, PretrainingOptions options)
    : ITrainingTask<TokenWindowBatch, HeldOutResult>
{
    public int StepsPerEpoch => order.StepsPerEpoch;

    public StepBatches<TokenWindowBatch> BatchesOf(int step)
    {
        (int[] tokens, int length) = order.At(step);
        return new([new TokenWindowBatch(tokens, length, new Random(RandomSeeds.ForMasks(options.Seed, step)))], tokens.Length);
    }

    public double Backward(TokenWindowBatch windows)
    {
        using RouterLogits? routers = options is { HasExperts: true, RouterBalance: > 0 } ? RouterLogits.Begin() : null;
        LanguageModelBatch batch = objective.Ask(windows.Tokens, windows.Length, windows.Random);
        Tensor loss = nn.functional.cross_entropy(objective.Logits(batch).to(float32), batch.Targets);
        if (routers is not null)
            loss = loss.Plus(routers.BalanceLoss(options.ExpertsPerToken).to(float32).Times(options.RouterBalance));
        loss.backward();
        return loss.item<float>();
    }

    public HeldOutResult? Measure(int step, CancellationToken cancellationToken) => heldOut?.Measure(objective, step, cancellationToken);
}
