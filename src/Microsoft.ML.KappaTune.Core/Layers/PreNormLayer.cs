namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A layer of Llama's kind: attention, then a feed-forward network, each of its normalised input and added to that input; normalised again
/// before, where there are norms for that.
/// </summary>
internal sealed class PreNormLayer
{
    public required nn.Module<Tensor, Tensor> AttentionNorm { get; init; }

    public required IAttention Attention { get; init; }

    /// <summary>The norm of what attention adds; null for none.</summary>
    public nn.Module<Tensor, Tensor>? AttentionOutputNorm { get; init; }

    public required nn.Module<Tensor, Tensor> FeedForwardNorm { get; init; }

    /// <summary>The norm of what the feed-forward network adds; null for none.</summary>
    public nn.Module<Tensor, Tensor>? FeedForwardOutputNorm { get; init; }

    /// <summary>The share of what is added that training drops.</summary>
    public double Dropout { get; init; }

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
        Tensor attended = Added(Attention.Run(before, before, input, cache, training), hidden, AttentionOutputNorm, training);
        using Tensor normal = FeedForwardNorm.forward(attended);
        return Added(FeedForward.Run(normal), attended, FeedForwardOutputNorm, training).MoveToOuterDisposeScope();
    }

    private Tensor Added(Tensor output, Tensor residual, nn.Module<Tensor, Tensor>? norm, bool training)
    {
        Tensor added = norm?.forward(output) ?? output;
        if (training && Dropout > 0)
            added = DropoutMask.Apply(added, Dropout, inPlace: true);
        return added.PlusInPlace(residual);
    }
}
