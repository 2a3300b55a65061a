namespace Microsoft.ML.KappaTune;

/// <summary>What matrices are ranked by.</summary>
public enum SelectionScore
{
    /// <summary>The condition number, as the method's paper does. Depends on the shape even for random matrices.</summary>
    Kappa,

    /// <summary>The condition number over that of a random Gaussian matrix of the same shape.</summary>
    RelativeKappa,

    /// <summary>
    /// How many of the model's layers come after the matrix's own, by the numbers in names: the last layer's matrices rank first, and in a
    /// layer those of lower κ. Embeddings lie below all layers, other matrices without a layer, such as a pooler, above them. An error
    /// where no name tells a layer. What each of them made the embedded model forget went with this, not with κ (benchmarks/RESULTS.md).
    /// </summary>
    LayersAbove,
}
