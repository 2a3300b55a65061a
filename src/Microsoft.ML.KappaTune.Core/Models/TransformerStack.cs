using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// A model without its head: token ids to a state for every token, in stages that can be run one by one, first the embeddings, then every
/// layer. Its parameters have the names of a base model's checkpoint; a model with a head has them below the family's prefix. Dropout is
/// active in training mode only. Results belong to the caller's dispose scope, and nothing else is left behind. Any number of threads may
/// run it in evaluation mode.
/// </summary>
internal abstract class TransformerStack(string name) : nn.Module(name)
{
    // Not an override with another type below: TorchSharp, which looks properties up by name to convert a module, would find two.
    public abstract TransformerConfig Architecture { get; }

    /// <summary>
    /// What fills up shorter texts of a batch; the mask keeps it out, so that where a model has no such token any will do.
    /// </summary>
    public abstract int PaddingId { get; }

    /// <summary>The embeddings, then every layer.</summary>
    public abstract int StageCount { get; }

    /// <summary>[vocabulary, H].</summary>
    public abstract Parameter WordEmbeddings { get; }

    /// <summary>Floating-point operations of the layers' weights for so many tokens: two for each weight of a matrix.</summary>
    public abstract double Operations(int tokens);

    /// <summary>The first stage: token ids, mask (1 for a token, 0 for padding) and types, all [B, T] integers, to [B, T, H].</summary>
    public abstract Tensor Embed(Tensor ids, Tensor mask, Tensor? types);

    /// <summary>What attention needs to know of a batch, by its mask. One serves all layers.</summary>
    public abstract AttentionInput AttentionOf(Tensor mask);

    /// <summary>One of the other stages, counted from 0: [B, T, H] to [B, T, H].</summary>
    /// <param name="input">See <see cref="AttentionOf"/>.</param>
    public abstract Tensor Layer(int index, Tensor hidden, AttentionInput input);

    /// <summary>All stages, and the last norm where there is one: a base model's output in transformers, [B, T, H].</summary>
    public abstract Tensor States(Tensor ids, Tensor mask, Tensor? types);

    /// <summary>The embeddings and so many layers, [B, T, H].</summary>
    public Tensor Run(Tensor ids, Tensor mask, Tensor? types, int layers, AttentionInput input) =>
        Run(Embed(ids, mask, types), layers, input);

    /// <summary>So many layers, [B, T, H], of what the first stage gave, which is disposed.</summary>
    public Tensor Run(Tensor hidden, int layers, AttentionInput input)
    {
        for (int i = 0; i < layers; i++)
        {
            using Tensor lower = hidden;
            hidden = Layer(i, lower, input);
        }

        return hidden;
    }

    /// <summary>All is registered by path in the constructor; fields must not be registered once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
