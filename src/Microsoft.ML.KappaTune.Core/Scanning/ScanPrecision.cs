namespace Microsoft.ML.KappaTune;

/// <summary>How far a scan goes.</summary>
public enum ScanPrecision
{
    /// <summary>Every matrix gets its κ, to 1e-3 up to κ = 1e6 and to 1e-2 up to 1e9.</summary>
    Exact,

    /// <summary>
    /// A matrix whose κ is proven to be too high for the selection gets a lower bound. Selects the same matrices, sooner.
    /// </summary>
    Ranking,
}
