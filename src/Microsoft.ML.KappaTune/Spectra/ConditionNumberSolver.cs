using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// κ without a full SVD: the Gram matrix (matrix-matrix work), its Cholesky factor, and a few Lanczos steps on the matrix for σ_max
/// and on its inverse for σ_min. A Gram matrix squares κ, so the working precision u is chosen from the result itself: float32 while
/// κ²·u is harmless, else float64, else all singular values in float64.
/// </summary>
internal static class ConditionNumberSolver
{
    /// <summary>What is asked of the relative error of κ: the promise is 1e-3, this leaves room for both of its parts.</summary>
    private const double Tolerance = 5e-4;

    /// <summary>
    /// Rounding moves an eigenvalue λ of the Gram matrix by up to about this many units of u·λ_max. The product's entries are sums
    /// in blocks, whose errors largely cancel along one eigenvector: at most 0.2 was measured in float32, over 42 matrices of seven
    /// shapes from 100 × 60 to 8192 × 256, with and without singular values that stand out.
    /// </summary>
    private const double RoundingUnits = 1;

    /// <summary>Of singular values closer than this the steps may take one for another; no smaller error is claimed.</summary>
    private const double Resolution = 1e-6;

    private const double Float32Unit = 5.96e-8, Float64Unit = 1.11e-16;

    // A nearly square matrix has a κ of a few times its size, far beyond what a float32 Gram matrix can tell.
    private const double AspectForFloat32 = 1.25;

    // Within these powers of two the squares and sums of a Gram matrix stay far from float32's limits.
    private const int SafeExponent = 24;

    // Below this an SVD takes less time than the steps of anything else.
    private const long SmallSize = 48;

    /// <summary>κ of each matrix of a stack.</summary>
    /// <param name="stack">[count, rows, columns], any floating type, on any device.</param>
    /// <param name="cut">
    /// A matrix whose κ is proven to be above this needs no exact value: it gets a lower bound. +∞ asks for every value.
    /// </param>
    public static ConditionNumber[] Solve(Tensor stack, double cut = double.PositiveInfinity)
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

        bool wide = tall.shape[1] >= AspectForFloat32 * tall.shape[2];
        // With a cut, a try in float32 is worth its price, but for bounds only: a value must be the same with and without a cut.
        if (tall.dtype != float64 && (wide || double.IsFinite(cut)))
            open = ByGram(tall, open, exponents, results, float32, cut, boundsOnly: !wide);
        open = ByGram(tall, open, exponents, results, float64, cut);
        BySvd(tall, open, exponents, results);
        return results;
    }

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

    /// <summary>Solves what a Gram matrix of this type can resolve; returns the others.</summary>
    private static long[] ByGram(
        Tensor tall, long[] open, double[] exponents, ConditionNumber[] results, ScalarType type, double cut, bool boundsOnly = false)
    {
        if (open.Length == 0)
            return open;
        using var scope = NewDisposeScope();
        double unit = RoundingUnits * (type == float32 ? Float32Unit : Float64Unit);
        long n = tall.shape[2];
        Tensor part = Select(tall, open, results.Length);
        Tensor gram = GramMatrix.Of(part, Array.ConvertAll(open, i => Math.Pow(2, exponents[i])), type);

        (double[] largest, double[] largestErrors) =
            Lanczos.Largest(v => gram.matmul(v), open.Length, n, type, tall.device, Tolerance / 2);
        (Tensor factor, Tensor failures) = linalg.cholesky_ex(gram);
        long[] failed = [.. failures.to(int64).cpu().data<long>()];
        Tensor factorT = factor.transpose(1, 2);
        (double[] inverse, double[] inverseErrors) = failed.All(info => info > 0)
            ? (new double[open.Length], new double[open.Length])
            : Lanczos.Largest(
                v => linalg.solve_triangular(factorT, linalg.solve_triangular(factor, v, upper: false), upper: true),
                open.Length, n, type, tall.device, Tolerance / 2);

        var rest = new List<long>();
        for (int i = 0; i < open.Length; i++)
        {
            double back = Math.Pow(2, -exponents[open[i]]);
            double sigmaMax = Math.Sqrt(largest[i]);
            // No Cholesky factor: rounding, at most n units of it, has outweighed λ_min.
            double smallest = failed[i] > 0 ? n * unit * largest[i] : 1 / inverse[i];
            double rounding = unit * largest[i] / smallest;
            double error = (rounding + largestErrors[i] + inverseErrors[i]) / 2 + Resolution;
            double atLeast = Math.Sqrt(largest[i] / (smallest * (1 + rounding)));
            if (failed[i] == 0 && error <= Tolerance && !boundsOnly)
                results[open[i]] = new ConditionNumber(sigmaMax * back, Math.Sqrt(smallest) * back, error);
            else if (atLeast > cut * (1 + Tolerance))
                results[open[i]] = new ConditionNumber(sigmaMax * back, sigmaMax / atLeast * back, double.PositiveInfinity, IsLowerBound: true);
            else
                rest.Add(open[i]);
        }

        return [.. rest];
    }

    /// <summary>The last resort: all singular values, in float64, one matrix at a time.</summary>
    private static void BySvd(Tensor tall, long[] open, double[] exponents, ConditionNumber[] results)
    {
        foreach (long i in open)
        {
            using var scope = NewDisposeScope();
            double back = Math.Pow(2, -exponents[i]);
            Tensor sigma = linalg.svdvals(Condensed(tall[i], 1 / back)).cpu();
            long n = sigma.shape[0];
            double largest = sigma[0].item<double>(), smallest = sigma[n - 1].item<double>();
            // Below this, σ_min is the rounding of the SVD itself: zero to float64.
            double noise = tall.shape[1] * Float64Unit * largest;
            results[i] = smallest <= noise
                ? new ConditionNumber(largest * back, 0, 0)
                : new ConditionNumber(largest * back, smallest * back, noise / smallest);
        }
    }

    /// <summary>
    /// The matrix in float64; of one with many more rows than columns the R of its QR decomposition, which has the same singular
    /// values, taken panel by panel: an SVD's copies of the whole would be several times its size.
    /// </summary>
    private static Tensor Condensed(Tensor matrix, double scale)
    {
        long rows = matrix.shape[0], columns = matrix.shape[1], panel = 4 * columns;
        if (rows <= panel)
            return matrix.to(float64).mul(scale);
        Tensor r = empty(0, columns, float64, matrix.device);
        for (long row = 0; row < rows; row += panel)
        {
            using var scope = NewDisposeScope();
            Tensor next = matrix.narrow(0, row, Math.Min(panel, rows - row)).to(float64).mul(scale);
            Tensor reduced = linalg.qr(cat([r, next], 0), linalg.QRMode.R).R;
            r.Dispose();
            r = reduced.MoveToOuterDisposeScope();
        }

        return r;
    }

    private static Tensor Select(Tensor tall, long[] indices, int count) =>
        indices.Length == count ? tall : tall.index_select(0, tensor(indices, device: tall.device));
}
