using System.Numerics;

namespace Microsoft.ML.KappaTune.Training.Optimization;

/// <summary>
/// Passes through flat float32 tensors on the CPU, by pieces on all threads. What comes out doesn't depend on their number.
/// </summary>
internal static class FlatPass
{
    // A few such pieces fit into a core's own cache, and one is work enough for a thread to be asked for.
    private const int PieceValues = 1 << 14;

    /// <summary>Does the work for every piece, by its number, the place of its first value and its length.</summary>
    public static void Run(long count, Action<int, long, int> work)
    {
        int pieces = PiecesOf(count);
        if (pieces == 1)
        {
            work(0, 0, (int)count);
            return;
        }

        var threads = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
        Parallel.For(0, pieces, threads, piece =>
        {
            long begin = (long)piece * PieceValues;
            work(piece, begin, (int)Math.Min(PieceValues, count - begin));
        });
    }

    /// <summary>Where a tensor's values are; only while it lives.</summary>
    public static unsafe float* AddressOf(Tensor flat)
    {
        // A span of all bytes can't be had of more than two gigabytes.
        using Tensor first = flat.narrow(0, 0, 1);
        fixed (byte* address = first.bytes)
            return (float*)address;
    }

    /// <summary>Σx², in float64.</summary>
    public static unsafe double SumOfSquares(Tensor flat)
    {
        long count = flat.NumberOfElements;
        double[] sums = new double[PiecesOf(count)];
        float* address = AddressOf(flat);
        Run(count, (piece, begin, length) => sums[piece] = SumOfSquares(new ReadOnlySpan<float>(address + begin, length)));
        GC.KeepAlive(flat);
        return sums.Sum();
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        Vector<double> sum = default;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out Vector<double> low, out Vector<double> high);
            sum += low * low + high * high;
        }

        double total = Vector.Sum(sum);
        for (; i < values.Length; i++)
            total += (double)values[i] * values[i];
        return total;
    }

    private static int PiecesOf(long count) => checked((int)((count + PieceValues - 1) / PieceValues));
}
