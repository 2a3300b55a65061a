using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Spectra;

/// <summary>
/// The largest eigenvalue of symmetric operators, each with a bound on its error (docs/method.md): block Lanczos, with each vector made
/// orthogonal to all before it. Without that, copies of converged eigenvalues would appear and spoil the bound.
/// </summary>
internal static class Lanczos
{
    /// <summary>
    /// Vectors a step. One start vector is nearly orthogonal to the first eigenvector for about one matrix in a hundred, and then finds the
    /// second eigenvalue; four vectors all are once in 10^8, and cost little more, since a step waits for memory.
    /// </summary>
    public const int Block = 4;

    // Extreme eigenvalues of weight matrices and of their inverses settle within 3 to 15 steps.
    private const int MaximumSteps = 60;

    // Most operators settle within so many steps, so each is checked; later steps only every other time, since their eigenproblems grow.
    private const int CheckEachStep = 8;

    // Within a cluster a step gains at least half of what is still missing. A third is believed: twice the last step may be missing.
    private const double MissingPerMove = 2;

    private const double SmallResidual = 0.02, ClusterWidth = 1e-3;

    // The Ritz vector is believed to hold at least half as much of the first eigenvector as a random start does on average.
    private const double ClusterUnits = 2;

    /// <summary>
    /// The largest eigenvalue, from below, of each of a stack of symmetric positive semi-definite operators of dimension
    /// <paramref name="n"/>, the bound on its relative error (+∞ where the operator leaves the type's range), and the vectors
    /// [count, n, Block] nearest to it. <paramref name="apply"/> maps vectors [count, n, Block] to their images. An operator is settled
    /// once its bound is at most <paramref name="tolerance"/> or its value at least <paramref name="stopAt"/>. Its value is that of the
    /// step at which it settled, and so doesn't depend on what else is in the stack.
    /// </summary>
    public static (double[] Values, double[] Errors, Tensor Vectors) Largest(
        Func<Tensor, Tensor> apply, long count, long n, ScalarType type, Device device, double tolerance, double[]? stopAt = null)
    {
        double[] block = StartBlock((int)n), blocks = [.. Enumerable.Repeat(block, (int)count).SelectMany(values => values)];
        return Largest(apply, blocks, (int)n, type, device, new double[count], tolerance, stopAt);
    }

    /// <summary>The same, starting with vectors [count, n, Block] and estimates that are good already: it may settle in one step.</summary>
    public static (double[] Values, double[] Errors, Tensor Vectors) Largest(
        Func<Tensor, Tensor> apply, Tensor start, double[] estimates, double tolerance, double[]? stopAt = null)
    {
        var blocks = new double[start.numel()];
        CopyRows(start, blocks);
        return Largest(apply, blocks, (int)start.shape[1], start.dtype, start.device, estimates, tolerance, stopAt);
    }

    private static (double[] Values, double[] Errors, Tensor Vectors) Largest(
        Func<Tensor, Tensor> apply, double[] blocks, int n, ScalarType type, Device device, double[] estimates, double tolerance,
        double[]? stopAt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 2 * Block);
        int count = estimates.Length, length = Block * n, limit = Math.Min(n / Block, MaximumSteps);
        using var scope = NewDisposeScope();
        KrylovBasis[] bases = [.. Enumerable.Range(0, count).Select(i => new KrylovBasis(blocks.AsSpan(i * length, length), n))];
        double[] values = [.. estimates], errors = new double[count], nearest = new double[blocks.Length];
        bool[] settled = new bool[count];
        for (int step = 1; step <= limit && settled.Contains(false); step++)
        {
            for (int i = 0; i < count; i++)
                bases[i].CopyNewest(blocks.AsSpan(i * length, length));
            using (NewDisposeScope())
                CopyRows(apply(Columns(blocks)), blocks);
            for (int i = 0; i < count; i++)
            {
                if (settled[i])
                    continue;
                if (!bases[i].Add(blocks.AsSpan(i * length, length)))
                {
                    (errors[i], settled[i]) = (double.PositiveInfinity, true);
                    continue;
                }

                if (step > CheckEachStep && step % 2 == 1 && step < limit)
                    continue;
                RitzValues ritz = bases[i].Largest();
                // A small residual says that some eigenvalue is near, not that it is the largest: how far the value has moved since the
                // last step, or since the estimate that it starts with, tells how much may still be missing.
                double moved = ritz.Largest == values[i] ? 0 : Math.Abs(ritz.Largest - values[i]) / ritz.Largest;
                (values[i], errors[i]) = (ritz.Largest, RelativeError(ritz, n) + MissingPerMove * moved);
                settled[i] = errors[i] <= tolerance || ritz.Largest >= stopAt?[i];
                if (settled[i] || step == limit)
                    bases[i].Combine(ritz, nearest.AsSpan(i * length, length));
            }
        }

        return (values, errors, Columns(nearest).MoveToOuterDisposeScope());

        // The vectors are columns for the operators, and stored one after the other on both sides.
        Tensor Columns(double[] rows)
        {
            Tensor stored = empty(new long[] { count, Block, n }, float64);
            rows.CopyTo(MemoryMarshal.Cast<byte, double>(stored.bytes));
            return stored.to(type, device).transpose(1, 2);
        }
    }

    private static void CopyRows(Tensor columns, double[] rows)
    {
        using var scope = NewDisposeScope();
        Tensor stored = columns.transpose(1, 2).to(float64).cpu().contiguous();
        MemoryMarshal.Cast<byte, double>(stored.bytes).CopyTo(rows);
    }

    /// <summary>
    /// An eigenvalue lies within the residual r of a Ritz value, and within r² / gap where the gap to the next one exceeds r
    /// (Parlett, The Symmetric Eigenvalue Problem, section 11.7). The gap is known from Ritz values alone, and the second one is still
    /// growing, so half of it is believed, and only where the residual is small and the gap is no mere split of a cluster. Within a
    /// cluster the largest eigenvalue may lie further up, by r over the part of its eigenvector in the Ritz vector: docs/method.md.
    /// </summary>
    private static double RelativeError(RitzValues ritz, int n)
    {
        (double value, double gap, double residual, _) = ritz;
        double half = gap / 2;
        bool gapIsKnown = half > 2 * residual && gap > ClusterWidth * value && residual <= SmallResidual * value;
        double bound = gapIsKnown ? residual * residual / (half - residual) : ClusterUnits * residual * Math.Sqrt((double)n / Block);
        return value > 0 ? bound / value : bound == 0 ? 0 : double.PositiveInfinity;
    }

    /// <summary>The same vectors [Block, n] in every process: uniform numbers from a fixed seed.</summary>
    private static double[] StartBlock(int n)
    {
        var random = new Random(20250616);
        var values = new double[Block * n];
        for (int i = 0; i < values.Length; i++)
            values[i] = random.NextDouble() - 0.5;
        return values;
    }
}
