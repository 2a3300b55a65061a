using Microsoft.ML.KappaTune.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// (WᵀW)⁻¹ for one matrix W, by a factor that may be of low precision. It is applied either as the factor gives it, or corrected
/// with residuals in float64 (iterative refinement) until it is that of W itself: the factor's rounding then costs time, not accuracy.
/// </summary>
internal abstract class GramInverse
{
    // Each correction gains the digits that the factor has. One that leaves more than a quarter has too few to be trusted at all.
    private const double MostLeft = 0.25, Enough = 1e-5;
    private const int MaximumCorrections = 6;

    /// <summary>
    /// The largest residual, relative to its right side, that a refined product was left with: that product is off by at most this
    /// part of the largest eigenvalue (per solution; LU takes two). +∞ where the corrections don't converge.
    /// </summary>
    public double Residual { get; private set; }

    /// <summary>What κ(W) makes of a rounding in float64, since <see cref="Refined"/> takes its residuals with W or with WᵀW.</summary>
    public abstract double Rounding(double kappa);

    /// <summary>Images of vectors [n, k] in the factor's type, as rounded as the factor is.</summary>
    public abstract Tensor Approximate(Tensor vectors);

    /// <summary>Images of vectors [n, k] in float64, off by no more than <see cref="Residual"/> says.</summary>
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
            bool converges = residual <= MostLeft && corrections < MaximumCorrections; // false for NaN too
            if (residual <= Enough || !converges)
            {
                Residual = Math.Max(Residual, residual <= Enough ? residual : double.PositiveInfinity);
                return residual <= Enough ? x : x.FillInPlace(double.NaN); // which ends the steps that asked for it
            }

            x = x.Plus(Solution(rest));
        }
    }
}
