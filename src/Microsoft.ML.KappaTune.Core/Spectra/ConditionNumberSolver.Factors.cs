using Microsoft.ML.KappaTune.Compute;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

internal static partial class ConditionNumberSolver
{
    /// <summary>
    /// Lower bounds from half of the columns, at a quarter of the price: leaving out columns can't make σ_max larger or σ_min smaller.
    /// Returns what they don't prove to be above the cut.
    /// </summary>
    private static long[] ByHalf(
        Tensor tall, long[] open, double[] exponents, ConditionNumber[] results, double cut, HalfTrial trial)
    {
        double unit = RoundingOf(float32, tall.shape[1]), enough = EnoughSquared(cut, unit);
        if (open.Length == 0 || double.IsPositiveInfinity(enough))
            return open;
        using var scope = NewDisposeScope();
        Tensor half = tall.narrow(2, 0, tall.shape[2] / 2);
        GramSpectrum found = GramSpectrum.Of(half, open, exponents, float32, BoundTolerance, enough);
        var rest = new List<long>();
        for (int i = 0; i < open.Length; i++)
        {
            if (IsAbove(cut, found, i, unit) is { } bound)
                results[open[i]] = LowerBound(Math.Sqrt(found.Largest[i]) * Math.Pow(2, -exponents[open[i]]), bound);
            else
                rest.Add(open[i]);
        }

        trial.Add(open.Length, open.Length - rest.Count);
        return [.. rest];
    }

    /// <summary>
    /// The square of what κ must seem to be from a Gram matrix, for a rounding of so many parts of its norm, so that it is proven to be
    /// above the cut; +∞ where rounding alone could be taken for it.
    /// </summary>
    private static double EnoughSquared(double cut, double unit)
    {
        double squared = Math.Pow(cut * (1 + Tolerance), 2), room = 1 - 2 * unit * squared;
        return room > 0 ? squared / room : double.PositiveInfinity;
    }

    /// <summary>What κ is proven to be at least, where that is above the cut.</summary>
    private static double? IsAbove(double cut, GramSpectrum found, int i, double unit)
    {
        double bound = Math.Sqrt(found.Largest[i] * found.Inverse[i] / (1 + unit * found.Largest[i] * found.Inverse[i]));
        return bound > cut * (1 + Tolerance) ? bound : null; // NaN where there is no factor
    }

    private static ConditionNumber LowerBound(double sigmaMax, double kappa) =>
        new(sigmaMax, sigmaMax / kappa, double.PositiveInfinity, IsLowerBound: true);

    /// <summary>Solves what Gram matrices of this type can resolve, corrected where need be; returns the others.</summary>
    private static long[] ByGram(
        Tensor tall, long[] open, double[] exponents, ConditionNumber[] results, ScalarType type, double cut)
    {
        if (open.Length == 0)
            return open;
        using var scope = NewDisposeScope();
        double unit = RoundingOf(type, tall.shape[1]);
        GramSpectrum found = GramSpectrum.Of(tall, open, exponents, type, Tolerance / 2, EnoughSquared(cut, unit));
        var rest = new List<long>();
        for (int i = 0; i < open.Length; i++)
        {
            double back = Math.Pow(2, -exponents[open[i]]);
            double rounding = unit * found.Largest[i] * found.Inverse[i];
            double error = (rounding + found.LargestErrors[i] + found.InverseErrors[i]) / 2 + Resolution;
            ConditionNumber? number = null;
            if (IsAbove(cut, found, i, unit) is { } bound)
            {
                number = LowerBound(Math.Sqrt(found.Largest[i]) * back, bound);
            }
            else if (error <= Tolerance) // false for NaN: no factor
            {
                number = new ConditionNumber(Math.Sqrt(found.Largest[i]) * back, back / Math.Sqrt(found.Inverse[i]), error);
            }
            else if (type == float32 && rounding <= MostToCorrect)
            {
                var inverse = new CholeskyInverse(found.Factors[i], new ThinProducts(tall[open[i]], 1 / back));
                number = Refined(inverse, found.Vectors[i], found.Inverse[i], found.InverseErrors[i], found.Largest[i], found.LargestErrors[i], back);
            }

            if (number is { } solved)
                results[open[i]] = solved;
            else
                rest.Add(open[i]);
        }

        return [.. rest];
    }

    /// <summary>Solves the square matrices that LU factors of this type can resolve, corrected; returns the others.</summary>
    private static long[] ByLu(Tensor square, long[] open, double[] exponents, ConditionNumber[] results, ScalarType type, double cut)
    {
        var rest = new List<long>();
        foreach (long i in open)
        {
            using var scope = NewDisposeScope();
            double back = Math.Pow(2, -exponents[i]);
            if (ByLu(square[i], back, type, cut) is { } solved)
                results[i] = solved;
            else
                rest.Add(i);
        }

        return [.. rest];
    }

    private static ConditionNumber? ByLu(Tensor matrix, double back, ScalarType type, double cut)
    {
        long n = matrix.shape[0];
        double unit = type == float32 ? Float32Unit : Float64Unit;
        using Tensor working = back == 1 ? matrix.to(type) : matrix.to(type).Times(1 / back), transposed = working.t();
        // σ_max loses nothing by rounding: its eigenvalue is the largest. A cut needs no more than a lower bound at first.
        Tensor GramTimes(Tensor v) => transposed.TimesFew(working.TimesFew(v[0])).unsqueeze(0);
        (double[] largest, double[] largestError, Tensor top) = Lanczos.Largest(
            GramTimes, 1, n, type, matrix.device, double.IsFinite(cut) ? BoundTolerance : Tolerance / 2);
        if (LuInverse.Of(working, new ThinProducts(matrix, 1 / back), unit) is not { } inverse)
            return null;

        // The factors are those of a matrix that is no further from this one than n · u · σ_max (in practice by much less).
        double above = 1 / (1 / (cut * (1 + Tolerance)) - n * unit);
        double enough = above > 0 && double.IsFinite(above) ? above * above / largest[0] : double.PositiveInfinity;
        (double[] value, double[] error, Tensor vectors) = Lanczos.Largest(
            v => inverse.Approximate(v[0]).unsqueeze(0), 1, n, type, matrix.device, Tolerance / 2, [enough]);
        if (!double.IsFinite(error[0]))
            return null;
        if (value[0] >= enough)
            return LowerBound(Math.Sqrt(largest[0]) * back, 1 / (1 / Math.Sqrt(largest[0] * value[0]) + n * unit));
        if (largestError[0] > Tolerance / 2)
            (largest, largestError, _) = Lanczos.Largest(GramTimes, top, largest, Tolerance / 2);
        return Refined(inverse, vectors[0], value[0], error[0], largest[0], largestError[0] + RoundingUnits * unit, back);
    }

    /// <summary>
    /// σ_min to float64, from factors of any precision: Lanczos steps with corrected products, of which the first one, on the vectors
    /// that the factors alone led to, mostly settles it. Null where it doesn't come within the tolerance.
    /// </summary>
    private static ConditionNumber? Refined(
        GramInverse inverse, Tensor vectors, double estimate, double estimateError, double largest, double largestError, double back)
    {
        (double[] value, double[] error, _) = Lanczos.Largest(
            v => inverse.Refined(v[0]).unsqueeze(0), vectors.to(float64).unsqueeze(0), [estimate], Tolerance / 2);
        double rounding = Math.Sqrt(vectors.shape[0]) * Float64Unit * inverse.Rounding(Math.Sqrt(largest * value[0]));
        double total = (largestError + Math.Max(error[0], estimateError) + ResidualUnits * inverse.Residual) / 2 + rounding + Resolution;
        return total <= Tolerance // false for NaN
            ? new ConditionNumber(Math.Sqrt(largest) * back, back / Math.Sqrt(value[0]), total)
            : null;
    }
}
