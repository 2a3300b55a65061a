namespace Microsoft.ML.KappaTune.Layers;

/// <summary>A layer of BERT's kind: attention, then a feed-forward network, each added to its input and then normalised.</summary>
internal sealed class PostNormLayer
{
    public required Attention Attention { get; init; }

    public required nn.Module<Tensor, Tensor> AttentionNorm { get; init; }

    public required FeedForward FeedForward { get; init; }

    public required nn.Module<Tensor, Tensor> FeedForwardNorm { get; init; }

    /// <summary>The share of what is added that training drops.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// [B, T, H] to [B, T, H], or to [B, K, H] for some tokens only: they attend to all, but the work on the others isn't done.
    /// </summary>
    /// <param name="hidden">The states of all tokens.</param>
    /// <param name="asking">The states that are wanted, [B, K, H]: the same tensor for all.</param>
    /// <param name="input">What attention needs to know of the batch.</param>
    /// <param name="training">Whether dropout is active.</param>
    public Tensor Run(Tensor hidden, Tensor asking, AttentionInput input, bool training)
    {
        Tensor context = Attention.Run(asking, hidden, input, cache: null, training);
        using Tensor attended = AddAndNormalise(context, asking, AttentionNorm, training);
        return AddAndNormalise(FeedForward.Run(attended), attended, FeedForwardNorm, training);
    }

    private Tensor AddAndNormalise(Tensor output, Tensor residual, nn.Module<Tensor, Tensor> norm, bool training)
    {
        using var scope = NewDisposeScope();
        Tensor kept = training && Dropout > 0 ? DropoutMask.Apply(output, Dropout, inPlace: true) : output;
        Tensor normal = norm.forward(kept.PlusInPlace(residual)).MoveToOuterDisposeScope();
        output.Dispose();
        return normal;
    }
}
