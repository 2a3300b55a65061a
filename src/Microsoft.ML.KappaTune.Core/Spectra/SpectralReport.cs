namespace Microsoft.ML.KappaTune;

/// <summary>What all singular values σ₁ ≥ … ≥ σ_k of a matrix say about it; k = min(rows, columns).</summary>
/// <param name="SpectralNorm">σ₁.</param>
/// <param name="FrobeniusNorm">√Σσᵢ².</param>
/// <param name="LogVolume">Σ ln σᵢ, in nats; −∞ where a σ is zero. For a square W this is h(Wx) − h(x), the change of entropy.</param>
/// <param name="StableRank">Σσᵢ² / σ₁², from 1 to k.</param>
/// <param name="EffectiveRank">exp of the entropy of σᵢ/Σσ, from 1 to k (Roy and Vetterli, 2007).</param>
/// <param name="EntropyBound">
/// k/2 · ln(Σσᵢ²/k), in nats: the most that <paramref name="LogVolume"/> can be at this Frobenius norm, reached where all σ are equal.
/// </param>
public sealed record SpectralReport(
    double SpectralNorm, double FrobeniusNorm, double LogVolume, double StableRank, double EffectiveRank, double EntropyBound)
{
    /// <summary>The report of singular values in any order.</summary>
    internal static SpectralReport FromSingularValues(ReadOnlySpan<double> singularValues)
    {
        double largest = 0, sum = 0, squares = 0, logs = 0;
        foreach (double sigma in singularValues)
        {
            largest = Math.Max(largest, sigma);
            sum += sigma;
            squares += sigma * sigma;
            logs += Math.Log(sigma);
        }

        double entropy = 0;
        foreach (double sigma in singularValues)
            if (sigma > 0)
                entropy -= sigma / sum * Math.Log(sigma / sum);
        int k = singularValues.Length;
        return new SpectralReport(
            largest, Math.Sqrt(squares), logs, squares / (largest * largest), Math.Exp(entropy), 0.5 * k * Math.Log(squares / k));
    }

    /// <summary>The report of a matrix [rows, columns], from its singular values in float64.</summary>
    internal static SpectralReport Compute(Tensor matrix)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        return FromSingularValues([.. linalg.svdvals(matrix.to(float64)).cpu().data<double>()]);
    }
}
