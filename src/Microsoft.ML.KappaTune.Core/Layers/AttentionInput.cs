namespace Microsoft.ML.KappaTune.Layers;

/// <summary>What attention needs to know of a batch; one serves all layers. Its tensors belong to the scope in which it was made.</summary>
/// <param name="Bias">
/// Keeps attention off the places that a token may not look at: added to the scores, [B or 1, 1, 1 or K, T] for K tokens that attend to T.
/// Null where these are the last K of T and each sees all before it and itself, which needs no bias that is made once.
/// </param>
internal sealed record AttentionInput(Tensor? Bias)
{
    /// <summary>What turns queries and keys by their positions; null where positions are in the states.</summary>
    public RotaryAngles? Angles { get; init; }

    /// <summary>What layers with a window need to know instead; null where all layers are alike.</summary>
    public AttentionInput? Window { get; init; }

    /// <summary>The keys and values of the tokens before these; null where the batch is whole.</summary>
    public KeyValueCache? Cache { get; init; }

    /// <summary>
    /// What a score is lowered by: so far below every score that exp gives 0, and far enough from overflow for one to be added.
    /// </summary>
    public static double Unseen(ScalarType dtype) => dtype == ScalarType.Float16 ? -3e4 : -1e9;

    /// <summary>Scores, [B, heads, K, T], to which the bias is added, in place.</summary>
    public Tensor AddTo(Tensor scores)
    {
        using Tensor? made = Bias is null ? Causal(scores.shape[^2], scores.shape[^1], scores) : null;
        return (Bias ?? made) is { } bias ? scores.PlusInPlace(bias) : scores;
    }

    /// <summary>The bias of the last K of T tokens, of which each sees all before it and itself, [K, T]; null where one sees all.</summary>
    /// <param name="like">A tensor of the type and on the device that are wanted.</param>
    public static Tensor? Causal(long asking, long length, Tensor like)
    {
        if (asking == 1)
            return null;
        using var scope = NewDisposeScope();
        return ones([asking, length], like.dtype, like.device).triu(1 + length - asking).TimesInPlace(Unseen(like.dtype))
            .MoveToOuterDisposeScope();
    }
}
