namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// (WᵀW)⁻¹ of one matrix W, by factors that may be of low precision. It is applied either as the factors give it, or corrected by iterative
/// refinement, with residuals in float64: then the factors' rounding costs time, not accuracy.
/// </summary>
internal abstract class GramInverse
{
    // Each correction gains as many digits as the factors have. Where it leaves more than a quarter, these are too few to be trusted.
    private const double LargestCorrectable = 0.25, Converged = 1e-5;
    private const int MaximumCorrections = 6;

    /// <summary>
    /// The largest residual of a refined product, relative to its right-hand side: the product is off by at most this part of the largest
    /// eigenvalue, for each of the systems solved (LU solves two). +∞ where the corrections don't converge.
    /// </summary>
    public double Residual { get; private set; }

    /// <summary>By what a rounding in float64 grows in <see cref="Refined"/>: κ where residuals are taken with W, κ² with WᵀW.</summary>
    public abstract double GrowthOfRounding(double kappa);

    /// <summary>Images of vectors [n, k] in the factors' type, with their rounding.</summary>
    public abstract Tensor Approximate(Tensor vectors);

    /// <summary>Images of vectors [n, k] in float64, as exact as <see cref="Residual"/> says.</summary>
    public abstract Tensor Refined(Tensor vectors);

    /// <summary>Solves A·x = b, given exact products with A and approximate solutions.</summary>
    protected Tensor Refine(Func<Tensor, Tensor> times, Func<Tensor, Tensor> solve, ScalarType type, Tensor b)
    {
        Tensor Solution(Tensor right) => solve(right.to(type)).to(float64);
        Tensor norms = b.Squared().sum(0L);
        Tensor x = Solution(b);
        for (int corrections = 0; ; corrections++)
        {
            Tensor rest = b.sub(times(x));
            double residual = Math.Sqrt(rest.Squared().sum(0L).div(norms).max().item<double>());
            if (residual <= Converged)
            {
                Residual = Math.Max(Residual, residual);
                return x;
            }

            if (!(residual <= LargestCorrectable) || corrections == MaximumCorrections) // NaN too
            {
                Residual = double.PositiveInfinity;
                return x.FillInPlace(double.NaN); // which ends the steps that asked for it
            }

            x = x.Plus(Solution(rest));
        }
    }
}
