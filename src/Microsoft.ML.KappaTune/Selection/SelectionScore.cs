namespace Microsoft.ML.KappaTune;

/// <summary>What matrices are ranked by.</summary>
public enum SelectionScore
{
    /// <summary>The condition number, as the method's paper does. Depends on the shape even for random matrices.</summary>
    Kappa,

    /// <summary>The condition number over that of a random Gaussian matrix of the same shape.</summary>
    RelativeKappa,
}
