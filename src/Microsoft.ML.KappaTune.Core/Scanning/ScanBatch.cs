namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>
/// Matrices of one tensor that are solved together: one, or some of equal shape that follow each other in it, such as experts of a stack.
/// </summary>
/// <param name="First">Where the first of them begins in the tensor, in values.</param>
internal sealed record ScanBatch(LogicalTensor Tensor, IReadOnlyList<ScannedMatrix> Matrices, long First)
{
    /// <summary>The memory of a batch on the CPU: its values, Gram matrices and their factors. A single matrix may need more.</summary>
    private const long CpuBytes = 64L << 20;

    /// <summary>The memory of a batch on a GPU, which is only busy with many matrices at once.</summary>
    private const long GpuBytes = 1L << 30;

    public long Rows => Matrices[0].Rows;

    public long Columns => Matrices[0].Columns;

    /// <summary>Bytes of one matrix's values, as they are stored or decoded.</summary>
    public long MatrixBytes => Matrices[0].Parameters * Tensor.ValueBytes;

    public long ByteLength => Matrices.Count * MatrixBytes;

    /// <summary>Values from the beginning of one row to that of the next.</summary>
    public long RowStride => Matrices[0].LiesSideBySide ? Matrices[0].Shape[^1] : Columns;

    /// <summary>Where the first row begins, whose first columns may be another matrix's.</summary>
    public long FirstRead => First - First % RowStride;

    /// <summary>Values of the rows, those of other matrices included.</summary>
    public long ReadCount => Matrices.Count * Rows * RowStride;

    /// <summary>Bytes that solving takes, roughly: what is read, and in float32 a Gram matrix and its factor for each matrix.</summary>
    public long WorkBytes =>
        ReadCount * Tensor.ValueBytes + Matrices.Count * 2 * sizeof(float) * Math.Min(Rows, Columns) * Math.Min(Rows, Columns);

    /// <summary>Roughly how many multiplications the Gram matrices and their factors take.</summary>
    public double Cost => Matrices.Count * CostOf(Matrices[0]);

    public static double CostOf(ScannedMatrix matrix)
    {
        double n = Math.Min(matrix.Rows, matrix.Columns);
        return n * n * (matrix.Rows + matrix.Columns);
    }

    /// <summary>The batches of one tensor's candidates.</summary>
    public static IEnumerable<ScanBatch> Split(LogicalTensor tensor, IReadOnlyList<ScannedMatrix> candidates, bool onGpu)
    {
        for (int begin = 0; begin < candidates.Count;)
        {
            ScannedMatrix first = candidates[begin];
            long bytes = first.Parameters * tensor.ValueBytes, n = Math.Min(first.Rows, first.Columns);
            long most = Math.Max(1, (onGpu ? GpuBytes : CpuBytes) / (bytes + 2 * sizeof(double) * n * n));
            int end = begin + 1;
            while (end < candidates.Count && end - begin < most && Follows(candidates[end - 1], candidates[end]))
                end++;
            yield return new(tensor, [.. candidates.Skip(begin).Take(end - begin)], FirstOf(first));
            begin = end;
        }
    }

    /// <summary>Where the values of the batch's matrix lie, as runs of the tensor's values: one, or one a row.</summary>
    public IEnumerable<(long First, long Count)> Runs(int index)
    {
        long first = First + index * Matrices[0].Parameters;
        return RowStride == Columns ? [(first, Matrices[0].Parameters)] : RowRuns();

        IEnumerable<(long, long)> RowRuns()
        {
            for (long row = 0; row < Rows; row++)
                yield return (First + row * RowStride, Columns);
        }
    }

    /// <summary>Whether a matrix is as large as another of its tensor, and begins where that ends.</summary>
    private static bool Follows(ScannedMatrix one, ScannedMatrix next) =>
        !one.LiesSideBySide && (next.Rows, next.Columns) == (one.Rows, one.Columns) && FirstOf(next) == FirstOf(one) + one.Parameters;

    private static long FirstOf(ScannedMatrix matrix) =>
        (matrix.IsStacked ? matrix.Expert!.Value * matrix.Shape[1] * matrix.Shape[2] : 0)
        + (matrix.PartStart ?? 0) * (matrix.LiesSideBySide ? 1 : matrix.Columns);
}
