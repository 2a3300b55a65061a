namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// The reference: κ by its definition, from all singular values in float64. <see cref="ConditionNumberSolver"/> finds the same number
/// faster, and comes here with what is small, or too ill-conditioned for anything faster.
/// </summary>
internal static class SvdSolver
{
    /// <summary>κ of a matrix [m, n], m ≥ n, of finite values that aren't all zero.</summary>
    /// <param name="matrix">The matrix, of any floating type.</param>
    /// <param name="scale">A power of two that brings its values into a safe range.</param>
    public static ConditionNumber Solve(Tensor matrix, double scale)
    {
        using var scope = NewDisposeScope();
        Tensor sigma = linalg.svdvals(Condensed(matrix, scale)).cpu();
        double largest = sigma[0].item<double>(), smallest = sigma[sigma.shape[0] - 1].item<double>();
        // Below this, σ_min is the rounding of the SVD itself: zero to float64.
        double noise = matrix.shape[0] * ConditionNumberSolver.Float64Unit * largest;
        return smallest <= noise
            ? new ConditionNumber(largest / scale, 0, 0)
            : new ConditionNumber(largest / scale, smallest / scale, noise / smallest);
    }

    /// <summary>
    /// The scaled matrix in float64. For one with many more rows than columns, the R of its QR decomposition, which has the same singular
    /// values, is taken panel by panel: an SVD's copies of the whole would be several times its size.
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
