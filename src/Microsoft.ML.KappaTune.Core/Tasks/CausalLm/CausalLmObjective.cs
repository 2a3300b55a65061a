using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>A decoder that guesses each token of a window but the first from those before it.</summary>
internal sealed class CausalLmObjective(CausalLanguageModel model, Device device) : LanguageModelObjective
{
    public override nn.Module Model => model;

    /// <summary>One more than the model takes: the last token is only guessed.</summary>
    public override int WindowTokens => model.Decoder.Config.MaxTokens + 1;

    public override string LineEnd => "\n";

    public override LanguageModelBatch Ask(int[] tokens, int length, Random random)
    {
        int rows = tokens.Length / length, width = length - 1;
        long[] ids = new long[rows * width], targets = new long[ids.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < width; i++)
            {
                ids[row * width + i] = tokens[row * length + i];
                targets[row * width + i] = tokens[row * length + i + 1];
            }
        }

        return new(tensor(ids, [rows, width], device: device), null, null, tensor(targets, device: device));
    }

    public override Tensor Logits(LanguageModelBatch batch)
    {
        using var scope = NewDisposeScope();
        Tensor states = model.Decoder.Decode(batch.Ids, batch.Ids.ones_like()); // [B, T, H]
        return model.Head(states.flatten(0, 1)).MoveToOuterDisposeScope();
    }
}
