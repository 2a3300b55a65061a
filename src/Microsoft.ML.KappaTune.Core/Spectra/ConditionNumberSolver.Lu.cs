namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>Square matrices: by LU factors.</summary>
internal static partial class ConditionNumberSolver
{
    /// <summary>Solves the square matrices that LU factors of this type can resolve, corrected; returns the others.</summary>
    private static long[] SolveByLu(Problem problem, long[] open, ScalarType type) => problem.Settle(open, i =>
    {
        using var scope = NewDisposeScope();
        return SolveByLu(problem.Tall[open[i]], problem.Scales[open[i]], type, problem.SafeCut);
    });

    private static ConditionNumber? SolveByLu(Tensor matrix, double scale, ScalarType type, double cut)
    {
        long n = matrix.shape[0];
        double unit = type == float32 ? Float32Unit : Float64Unit;
        using Tensor working = scale == 1 ? matrix.to(type) : matrix.to(type).Times(scale), transposed = working.t();
        // σ_max loses nothing by rounding: its eigenvalue is the largest. A cut needs no more than a lower bound at first.
        Tensor GramTimes(Tensor v) => transposed.TimesFew(working.TimesFew(v[0])).unsqueeze(0);
        (double[] largest, double[] largestError, Tensor top) = Lanczos.Largest(
            GramTimes, 1, n, type, matrix.device, double.IsFinite(cut) ? BoundTolerance : Tolerance / 2);
        if (LuInverse.TryFactor(working, new ThinProducts(matrix, scale), unit) is not { } inverse)
            return null;

        // The factors are those of a matrix that is no further from this one than n·u·σ_max (in practice by much less): docs/method.md.
        double stopKappa = 1 / (1 / cut - n * unit);
        double stopAt = stopKappa > 0 && double.IsFinite(stopKappa) ? stopKappa * stopKappa / largest[0] : double.PositiveInfinity;
        (double[] value, double[] error, Tensor vectors) = Lanczos.Largest(
            v => inverse.Approximate(v[0]).unsqueeze(0), 1, n, type, matrix.device, Tolerance / 2, [stopAt]);
        if (!double.IsFinite(error[0]))
            return null;
        if (value[0] >= stopAt)
            return LowerBound(Math.Sqrt(largest[0]) / scale, 1 / (1 / Math.Sqrt(largest[0] * value[0]) + n * unit));
        if (largestError[0] > Tolerance / 2)
            (largest, largestError, _) = Lanczos.Largest(GramTimes, top, largest, Tolerance / 2);
        return SolveCorrected(inverse, vectors[0], (value[0], error[0]), (largest[0], largestError[0] + RoundingUnits * unit), scale);
    }
}
