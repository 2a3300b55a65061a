using Microsoft.ML.KappaTune.Compute;
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
/// <param name="seed">Decides what is asked.</param>
internal sealed class LanguageModelTask(LanguageModelObjective objective, WindowOrder order, HeldOutText? heldOut, int seed)
    : ITrainingTask<TokenWindowBatch, HeldOutResult>
{
    public int StepsPerEpoch => order.StepsPerEpoch;

    public StepBatches<TokenWindowBatch> BatchesOf(int step)
    {
        (int[] tokens, int length) = order.At(step);
        return new([new TokenWindowBatch(tokens, length, new Random(RandomSeeds.ForMasks(seed, step)))], tokens.Length);
    }

    public Tensor Loss(TokenWindowBatch windows)
    {
        LanguageModelBatch batch = objective.Ask(windows.Tokens, windows.Length, windows.Random);
        return nn.functional.cross_entropy(objective.Logits(batch).to(float32), batch.Targets);
    }

    public HeldOutResult? Measure(int step, CancellationToken cancellationToken) => heldOut?.Measure(objective, step, cancellationToken);
}
