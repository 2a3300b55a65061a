using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// κ without a full SVD. σ_max comes from a few Lanczos steps on WᵀW, σ_min from a few on its inverse, which is applied by triangular
/// factors: the LU factors of W where it is square, else the Cholesky factor of the Gram matrix WᵀW. Their rounding in the working
/// precision u is worth κ·u and κ²·u, so the precision is chosen from the result itself: factors in float32 while that is harmless;
/// while it isn't, but small enough to be corrected, a step more, with residuals of W itself in float64; then factors in float64; at
/// last all singular values in float64.
/// </summary>
internal static partial class ConditionNumberSolver
{
    /// <summary>What is asked of the relative error of κ: the promise is 1e-3, this leaves room for both of its parts.</summary>
    private const double Tolerance = 5e-4;

    /// <summary>
    /// Rounding moves an eigenvalue λ of the Gram matrix by up to about this many units of u·λ_max: at most 0.2 was measured where
    /// the singular values decay, 6 where nearly all are as large as the largest. (MKL's products in float64 add up all rows in one
    /// go: up to 0.5·√rows was measured there, <see cref="RoundingOf"/>.)
    /// </summary>
    private const double RoundingUnits = 8;

    /// <summary>Of singular values closer than this the steps may take one for another; no smaller error is claimed.</summary>
    private const double Resolution = 1e-6;

    private const double Float32Unit = 5.96e-8, Float64Unit = 1.11e-16;

    /// <summary>
    /// Where that bound on rounding is more than this part of the smallest eigenvalue, it isn't worth the try to correct it. (What
    /// rounding really came to, the corrections themselves tell.)
    /// </summary>
    private const double MostToCorrect = 2;

    /// <summary>
    /// What a residual is worth in the value found with it, at most: it counts once for each of a block's vectors, and in the
    /// projection as well as in the bound.
    /// </summary>
    private const double ResidualUnits = 2 * Lanczos.Block;

    /// <summary>A lower bound need not be close; with a cut, most matrices are several times above it.</summary>
    private const double BoundTolerance = 0.05;

    // Within these powers of two the squares and sums of a Gram matrix stay far from float32's limits.
    private const int SafeExponent = 24;

    // Below this an SVD takes less time than the steps of anything else.
    private const long SmallSize = 48;

    /// <summary>κ of each matrix of a stack.</summary>
    /// <param name="stack">[count, rows, columns], any floating type, on any device.</param>
    /// <param name="cut">
    /// A matrix whose κ is proven to be above this needs no exact value: it gets a lower bound. +∞ asks for every value.
    /// </param>
    /// <param name="trial">Try half of the columns first where there is a cut, and count here how that went; null to not try.</param>
    public static ConditionNumber[] Solve(Tensor stack, double cut = double.PositiveInfinity, HalfTrial? trial = null)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor tall = stack.shape[1] >= stack.shape[2] ? stack : stack.transpose(1, 2); // κ(Wᵀ) = κ(W)
        var results = new ConditionNumber[tall.shape[0]];
        (long[] open, double[] exponents) = Prepare(tall, results);

        if (tall.shape[2] <= SmallSize)
        {
            BySvd(tall, open, exponents, results);
            return results;
        }

        bool isSquare = tall.shape[1] == tall.shape[2];
        if (tall.dtype != float64)
        {
            // Half of a square's columns say little: they are far better conditioned than the whole, and cost about what its factors do.
            if (double.IsFinite(cut) && !isSquare && trial is not null)
                open = ByHalf(tall, open, exponents, results, cut, trial);
            open = isSquare ? ByLu(tall, open, exponents, results, float32, cut) : ByGram(tall, open, exponents, results, float32, cut);
        }

        open = isSquare ? ByLu(tall, open, exponents, results, float64, cut) : ByGram(tall, open, exponents, results, float64, cut);
        BySvd(tall, open, exponents, results);
        return results;
    }

    /// <summary>The bound on rounding in Gram matrices of so many rows, in parts of the largest eigenvalue.</summary>
    private static double RoundingOf(ScalarType type, long rows) =>
        type == float32 ? RoundingUnits * Float32Unit : Math.Max(RoundingUnits, Math.Sqrt(rows)) * Float64Unit;

    /// <summary>Settles what needs no work, and gives the power of two that brings the values of each other matrix into a safe range.</summary>
    private static (long[] Open, double[] Exponents) Prepare(Tensor tall, ConditionNumber[] results)
    {
        // The largest magnitude, without a copy as large as the matrices; NaN and infinities show in it.
        Tensor peaks = maximum(tall.amax(1, 2), tall.amin(1, 2).neg()).to(float64).cpu();
        var open = new List<long>();
        var exponents = new double[results.Length];
        for (int i = 0; i < results.Length; i++)
        {
            double peak = peaks[i].item<double>();
            if (!double.IsFinite(peak))
                results[i] = ConditionNumber.NotFinite;
            else if (peak == 0)
                results[i] = ConditionNumber.Zero;
            else
            {
                double exponent = -Math.Floor(Math.Log2(peak));
                exponents[i] = Math.Abs(exponent) > SafeExponent ? exponent : 0;
                open.Add(i);
            }
        }

        return ([.. open], exponents);
    }
}
