namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A layer of Llama's kind: attention, then a feed-forward network, each of its normalised input and added to that input.
/// </summary>
internal sealed class PreNormLayer
{
    public required nn.Module<Tensor, Tensor> AttentionNorm { get; init; }

    public required Attention Attention { get; init; }

    public required nn.Module<Tensor, Tensor> FeedForwardNorm { get; init; }

    public required IFeedForward FeedForward { get; init; }

    /// <summary>[B, T, H] to [B, T, H].</summary>
    /// <param name="hidden">The states of the tokens.</param>
    /// <param name="input">What attention needs to know of the batch.</param>
    /// <param name="cache">The layer's keys and values of the tokens before these; null for none.</param>
    /// <param name="training">Whether dropout is active.</param>
    public Tensor Run(Tensor hidden, AttentionInput input, KeyValueCache.LayerCache? cache, bool training)
    {
        using var scope = NewDisposeScope();
        using Tensor before = AttentionNorm.forward(hidden);
        Tensor attended = Attention.Run(before, before, input, cache, training).PlusInPlace(hidden);
        using Tensor normal = FeedForwardNorm.forward(attended);
        return FeedForward.Run(normal).PlusInPlace(attended).MoveToOuterDisposeScope();
    }
}
