namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// The largest eigenvalues of some Gram matrices and of their inverses, each with a bound on the relative error of the Lanczos steps; the
/// error of rounding comes on top. NaN for the inverse of a matrix that rounding has made indefinite.
/// </summary>
/// <param name="Largest">The largest eigenvalues, from below.</param>
/// <param name="LargestErrors">Their error bounds.</param>
/// <param name="Inverse">The largest eigenvalues of the inverses, from below.</param>
/// <param name="InverseErrors">Their error bounds.</param>
/// <param name="Factors">The Cholesky factors L, [count, n, n].</param>
/// <param name="Vectors">The vectors nearest to the largest eigenvalues of the inverses, [count, n, Lanczos.Block].</param>
internal sealed record GramSpectrum(
    double[] Largest, double[] LargestErrors, double[] Inverse, double[] InverseErrors, Tensor Factors, Tensor Vectors)
{
    /// <summary>Finds those of the matrices <paramref name="open"/> of a stack.</summary>
    /// <param name="tall">[count, rows, columns], no fewer rows than columns.</param>
    /// <param name="open">Which of them.</param>
    /// <param name="scales">The power of two that each matrix of the stack is multiplied by.</param>
    /// <param name="type">The type that is computed in.</param>
    /// <param name="tolerance">The Lanczos steps end where their relative error is at most this,</param>
    /// <param name="stopSquared">or, for the inverse, where κ² is found to be at least this.</param>
    public static GramSpectrum Compute(Tensor tall, long[] open, double[] scales, ScalarType type, double tolerance, double stopSquared)
    {
        long count = open.Length, n = tall.shape[2];
        Tensor part = count == tall.shape[0] ? tall : tall.index_select(0, tensor(open, device: tall.device));
        Tensor gram = GramMatrix.Compute(part, Array.ConvertAll(open, i => scales[i]), type);
        (double[] largest, double[] largestErrors, _) = Lanczos.Largest(v => gram.TimesFew(v), count, n, type, tall.device, tolerance);

        (Tensor factors, Tensor failures) = linalg.cholesky_ex(gram);
        int[] failed = [.. failures.cpu().data<int>()];
        for (int i = 0; i < count; i++)
            if (failed[i] > 0)
                factors[i].copy_(eye(n, dtype: type, device: tall.device)); // anything solvable, for the others of the stack
        (double[] inverse, double[] inverseErrors, Tensor vectors) = Lanczos.Largest(
            v => CholeskyInverse.Solve(factors, v), count, n, type, tall.device, tolerance,
            Array.ConvertAll(largest, value => stopSquared / value));
        for (int i = 0; i < count; i++)
            if (failed[i] > 0)
                inverse[i] = double.NaN;
        return new(largest, largestErrors, inverse, inverseErrors, factors, vectors);
    }
}
