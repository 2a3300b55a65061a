namespace Microsoft.ML.KappaTune;

/// <summary>How far tuning moved the hidden states of a layer on a control text.</summary>
public sealed record RetentionDrift
{
    /// <summary>The layer, from 1; 0 for the embeddings.</summary>
    public required int Layer { get; init; }

    /// <summary>The mean over tokens of 1 - cos(before, after): 0 where nothing moved, at most 2.</summary>
    public required RetentionEstimate CosineDistance { get; init; }

    /// <summary>
    /// Linear centred kernel alignment of the states before and after (Kornblith et al., arXiv:1905.00414), 0 to 1: 1 where they are the
    /// same up to rotation, shift and scale, so that a layer above could still read them.
    /// </summary>
    public required double LinearCka { get; init; }
}
