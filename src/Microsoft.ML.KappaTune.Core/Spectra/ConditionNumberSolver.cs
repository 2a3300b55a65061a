namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// κ without a full SVD. σ_max comes from a few Lanczos steps on WᵀW, σ_min from a few on its inverse, which is applied by triangular
/// factors: the LU factors of W where it is square, else the Cholesky factor of the Gram matrix WᵀW. Rounding these in a precision of unit
/// u costs κ·u and κ²·u, so the precision follows from the result itself: factors in float32 while their rounding is harmless; where it is
/// not, but can be corrected, a step more with residuals of W in float64; then factors in float64; at last the reference. The error bounds
/// are derived in docs/method.md.
/// </summary>
internal static partial class ConditionNumberSolver
{
    /// <summary>The units of rounding, half the distance from 1 to the next number.</summary>
    internal const double Float32Unit = 5.96e-8, Float64Unit = 1.11e-16;

    /// <summary>The bound on the relative error of κ at which a result is accepted: half of the promised 1e-3.</summary>
    private const double Tolerance = 5e-4;

    /// <summary>
    /// Rounding moves an eigenvalue of the Gram matrix by up to about this many units of u·λ_max: at most 0.2 was measured where
    /// the singular values decay, 6 where nearly all are as large as the largest. (MKL's products in float64 add up all rows in one
    /// go: up to 0.5·√rows was measured there, <see cref="GramRounding"/>.)
    /// </summary>
    private const double RoundingUnits = 8;

    /// <summary>The steps can't tell singular values apart that are closer than this, so no smaller error is claimed.</summary>
    private const double Resolution = 1e-6;

    /// <summary>
    /// The largest bound on rounding, as a part of the smallest eigenvalue, at which a correction is tried. It decides about time alone:
    /// the correction measures what rounding really came to.
    /// </summary>
    private const double MaximumToCorrect = 2;

    /// <summary>
    /// How often a residual of a corrected product counts in the error of the eigenvalue: once for each vector of a block, in the
    /// projection and in the bound.
    /// </summary>
    private const double ResidualUnits = 2 * Lanczos.Block;

    /// <summary>A lower bound need not be close: with a cut, most matrices are several times above it.</summary>
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
    public static ConditionNumber[] Solve(Tensor stack, double cut = double.PositiveInfinity, HalfColumnTrial? trial = null)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor tall = stack.shape[1] >= stack.shape[2] ? stack : stack.transpose(1, 2); // κ(Wᵀ) = κ(W)
        (Problem problem, long[] open) = Prepare(tall, cut);

        if (tall.shape[2] > SmallSize)
        {
            bool isSquare = tall.shape[1] == tall.shape[2];
            if (tall.dtype != float64)
            {
                // Half of a square's columns are far better conditioned than the whole, and cost about what its factors do.
                if (double.IsFinite(cut) && !isSquare && trial is not null)
                    open = SolveByHalf(problem, open, trial);
                open = isSquare ? SolveByLu(problem, open, float32) : SolveByGram(problem, open, float32);
            }

            open = isSquare ? SolveByLu(problem, open, float64) : SolveByGram(problem, open, float64);
        }

        foreach (long i in open)
            problem.Results[i] = SvdSolver.Solve(tall[i], problem.Scales[i]);
        return problem.Results;
    }

    /// <summary>
    /// Settles the matrices that need no work; the others are open, and get the power of two that brings their values into a safe range.
    /// </summary>
    private static (Problem Problem, long[] Open) Prepare(Tensor tall, double cut)
    {
        // The largest magnitude, without a copy as large as the matrices; NaN and infinities show in it.
        Tensor peaks = maximum(tall.amax(1, 2), tall.amin(1, 2).neg()).to(float64).cpu();
        var open = new List<long>();
        var scales = new double[tall.shape[0]];
        var results = new ConditionNumber[scales.Length];
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
                scales[i] = Math.Abs(exponent) > SafeExponent ? Math.Pow(2, exponent) : 1;
                open.Add(i);
            }
        }

        return (new(tall, scales, cut, results), [.. open]);
    }

    private static ConditionNumber LowerBound(double sigmaMax, double kappa) =>
        new(sigmaMax, sigmaMax / kappa, double.PositiveInfinity, IsLowerBound: true);

    /// <summary>
    /// σ_min to float64, from factors of any precision: Lanczos steps with corrected products. They start from the vectors that the
    /// factors alone led to, so that mostly the first step settles it. Null where the tolerance isn't reached.
    /// </summary>
    /// <param name="inverse">The inverse of the scaled matrix.</param>
    /// <param name="vectors">The vectors nearest to its largest eigenvalue, by the factors alone.</param>
    /// <param name="estimate">That eigenvalue, by the factors alone, and its error bound.</param>
    /// <param name="largest">The largest eigenvalue of WᵀW, and its error bound.</param>
    /// <param name="scale">What the matrix was multiplied by.</param>
    private static ConditionNumber? SolveCorrected(
        GramInverse inverse, Tensor vectors, (double Value, double Error) estimate, (double Value, double Error) largest, double scale)
    {
        (double[] value, double[] error, _) = Lanczos.Largest(
            v => inverse.Refined(v[0]).unsqueeze(0), vectors.to(float64).unsqueeze(0), [estimate.Value], Tolerance / 2);
        double kappa = Math.Sqrt(largest.Value * value[0]);
        double rounding = Math.Sqrt(vectors.shape[0]) * Float64Unit * inverse.GrowthOfRounding(kappa);
        double steps = largest.Error + Math.Max(error[0], estimate.Error);
        double total = (steps + ResidualUnits * inverse.Residual) / 2 + rounding + Resolution;
        return total <= Tolerance // false for NaN
            ? new ConditionNumber(Math.Sqrt(largest.Value) / scale, 1 / Math.Sqrt(value[0]) / scale, total)
            : null;
    }

    /// <summary>A stack of matrices and what is known of them so far.</summary>
    /// <param name="Tall">[count, rows, columns], no fewer rows than columns.</param>
    /// <param name="Scales">The power of two that each is multiplied by first.</param>
    /// <param name="Cut">A κ that is proven to be above this needs no exact value.</param>
    /// <param name="Results">The results, of those that aren't open any more.</param>
    private sealed record Problem(Tensor Tall, double[] Scales, double Cut, ConditionNumber[] Results)
    {
        /// <summary>The κ that a lower bound must exceed, so that no value within the tolerance could be below the cut.</summary>
        public double SafeCut => Cut * (1 + Tolerance);

        /// <summary>Puts down the results that <paramref name="solve"/> finds; returns the matrices that stay open.</summary>
        public long[] Settle(long[] open, Func<int, ConditionNumber?> solve)
        {
            var rest = new List<long>();
            for (int i = 0; i < open.Length; i++)
            {
                if (solve(i) is { } number)
                    Results[open[i]] = number;
                else
                    rest.Add(open[i]);
            }

            return [.. rest];
        }
    }
}
