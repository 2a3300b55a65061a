namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A layer of Llama's kind: attention, then a feed-forward network, each of its normalised input and added to that input.
/// </summary>
internal sealed class PreNormLayer
{
    public required nn.Module<Tensor, Tensor> AttentionNorm { get; init; }

    public required Attention Attention { get; init; }

    public required nn.Module<Tensor, Tensor> FeedForwardNorm { get; init; }

    public required FeedForward FeedForward { get; init; }

    /// <summary>[B, T, H] to [B, T, H]. The bias is added to the scores, [B or 1, 1, T, T].</summary>
    public Tensor Run(Tensor hidden, Tensor bias, bool training)
    {
        using var scope = NewDisposeScope();
        using Tensor before = AttentionNorm.forward(hidden);
        Tensor attended = Attention.Run(before, before, bias, training).PlusInPlace(hidden);
        using Tensor normal = FeedForwardNorm.forward(attended);
        return FeedForward.Run(normal).PlusInPlace(attended).MoveToOuterDisposeScope();
    }
}
