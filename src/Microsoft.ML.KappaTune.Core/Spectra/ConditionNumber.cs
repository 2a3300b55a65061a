namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>The extreme singular values of one matrix and their ratio, κ = σ_max / σ_min.</summary>
/// <param name="SigmaMax">
/// The largest singular value, a lower bound where <paramref name="IsLowerBound"/>; NaN where a value is NaN or infinite.
/// </param>
/// <param name="SigmaMin">
/// The smallest of the min(rows, columns) singular values; an upper bound where <paramref name="IsLowerBound"/>.
/// </param>
/// <param name="RelativeError">Bound on the relative error of κ; 0 where κ is exact (1 or +∞).</param>
/// <param name="IsLowerBound">κ is only known to be at least <see cref="Kappa"/>: enough to rank it past a cut.</param>
internal readonly record struct ConditionNumber(double SigmaMax, double SigmaMin, double RelativeError, bool IsLowerBound = false)
{
    /// <summary>κ; +∞ where σ_min is zero to float64, an all-zero matrix included. No epsilon, so κ(cW) = κ(W).</summary>
    public double Kappa => SigmaMin == 0 ? double.PositiveInfinity : SigmaMax / SigmaMin;

    /// <summary>False where the matrix holds NaN or an infinity.</summary>
    public bool IsFinite => double.IsFinite(SigmaMax);

    internal static ConditionNumber NotFinite { get; } = new(double.NaN, double.NaN, double.NaN);

    internal static ConditionNumber Zero { get; } = new(0, 0, 0);
}
