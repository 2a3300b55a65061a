using Microsoft.ML.KappaTune.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

internal static partial class ConditionNumberSolver
{
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
            return matrix.to(float64).Times(scale);
        Tensor r = empty(0, columns, float64, matrix.device);
        for (long row = 0; row < rows; row += panel)
        {
            using var scope = NewDisposeScope();
            Tensor next = matrix.narrow(0, row, Math.Min(panel, rows - row)).to(float64).Times(scale);
            Tensor reduced = linalg.qr(cat([r, next], 0), linalg.QRMode.R).R;
            r.Dispose();
            r = reduced.MoveToOuterDisposeScope();
        }

        return r;
    }
}
