namespace Microsoft.ML.KappaTune.Layers;

/// <summary>What attention needs to know of a batch; one serves all layers. Its tensors belong to the scope in which it was made.</summary>
/// <param name="Bias">
/// Keeps attention off the places that a token may not look at: added to the scores, [B or 1, 1, 1 or K, T] for K tokens that attend to T.
/// </param>
internal sealed record AttentionInput(Tensor Bias)
{
    /// <summary>What turns queries and keys by their positions; null where positions are in the states.</summary>
    public RotaryAngles? Angles { get; init; }

    /// <summary>What layers with a window need to know instead; null where all layers are alike.</summary>
    public AttentionInput? Window { get; init; }

    /// <summary>The keys and values of the tokens before these; null where the batch is whole.</summary>
    public KeyValueCache? Cache { get; init; }
}
