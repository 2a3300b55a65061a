namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>Matrices that aren't square: by the Gram matrix and its Cholesky factor.</summary>
internal static partial class ConditionNumberSolver
{
    /// <summary>
    /// Lower bounds from half of the columns, at a quarter of the price: leaving out columns can't make σ_max larger or σ_min smaller.
    /// Returns the matrices that these bounds don't prove to be above the cut.
    /// </summary>
    private static long[] SolveByHalf(Problem problem, long[] open, HalfColumnTrial trial)
    {
        double unit = GramRounding(float32, problem.Tall.shape[1]), stopSquared = StopSquared(problem.SafeCut, unit);
        if (open.Length == 0 || double.IsPositiveInfinity(stopSquared))
            return open;
        using var scope = NewDisposeScope();
        Tensor half = problem.Tall.narrow(2, 0, problem.Tall.shape[2] / 2);
        GramSpectrum found = GramSpectrum.Compute(half, open, problem.Scales, float32, BoundTolerance, stopSquared);
        long[] rest = problem.Settle(open, i => BoundAbove(problem.SafeCut, found, i, unit) is { } bound
            ? LowerBound(Math.Sqrt(found.Largest[i]) / problem.Scales[open[i]], bound)
            : null);
        trial.Add(open.Length, open.Length - rest.Length);
        return rest;
    }

    /// <summary>Solves the matrices that Gram matrices of this type can resolve, corrected where needed; returns the others.</summary>
    private static long[] SolveByGram(Problem problem, long[] open, ScalarType type)
    {
        if (open.Length == 0)
            return open;
        using var scope = NewDisposeScope();
        double unit = GramRounding(type, problem.Tall.shape[1]);
        GramSpectrum found = GramSpectrum.Compute(
            problem.Tall, open, problem.Scales, type, Tolerance / 2, StopSquared(problem.SafeCut, unit));
        return problem.Settle(open, i =>
        {
            double scale = problem.Scales[open[i]], sigmaMax = Math.Sqrt(found.Largest[i]) / scale;
            double rounding = unit * found.Largest[i] * found.Inverse[i];
            double error = (rounding + found.LargestErrors[i] + found.InverseErrors[i]) / 2 + Resolution;
            if (BoundAbove(problem.SafeCut, found, i, unit) is { } bound)
                return LowerBound(sigmaMax, bound);
            if (error <= Tolerance) // false for NaN: no factor
                return new ConditionNumber(sigmaMax, 1 / Math.Sqrt(found.Inverse[i]) / scale, error);
            if (type != float32 || !(rounding <= MaximumToCorrect))
                return null;
            var inverse = new CholeskyInverse(found.Factors[i], new ThinProducts(problem.Tall[open[i]], scale));
            return SolveCorrected(
                inverse, found.Vectors[i], (found.Inverse[i], found.InverseErrors[i]), (found.Largest[i], found.LargestErrors[i]), scale);
        });
    }

    /// <summary>The bound on rounding in a Gram matrix, as a part of its largest eigenvalue.</summary>
    private static double GramRounding(ScalarType type, long rows) =>
        type == float32 ? RoundingUnits * Float32Unit : Math.Max(RoundingUnits, Math.Sqrt(rows)) * Float64Unit;

    /// <summary>
    /// The computed κ² from which on κ is proven to be above the cut, for a relative rounding of <paramref name="unit"/>; +∞ where rounding
    /// alone could look like it. See docs/method.md, "Lower bounds".
    /// </summary>
    private static double StopSquared(double cut, double unit)
    {
        double squared = Math.Pow(cut, 2), certain = 1 - 2 * unit * squared;
        return certain > 0 ? squared / certain : double.PositiveInfinity;
    }

    /// <summary>The lower bound of κ, where it is above the cut; see docs/method.md, "Lower bounds".</summary>
    private static double? BoundAbove(double cut, GramSpectrum found, int i, double unit)
    {
        double bound = Math.Sqrt(found.Largest[i] * found.Inverse[i] / (1 + unit * found.Largest[i] * found.Inverse[i]));
        return bound > cut ? bound : null; // NaN where there is no factor
    }
}
