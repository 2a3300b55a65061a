namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>Matrices of one tensor that are solved together: one, or some adjacent experts of a stack.</summary>
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

    public long ValueCount => Matrices.Count * Matrices[0].Parameters;

    public long ByteLength => Matrices.Count * MatrixBytes;

    /// <summary>Bytes that solving takes, roughly: the values, and in float32 a Gram matrix and its factor for each matrix.</summary>
    public long WorkBytes => ByteLength + Matrices.Count * 2 * sizeof(float) * Math.Min(Rows, Columns) * Math.Min(Rows, Columns);

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
        ScannedMatrix first = candidates[0];
        long bytes = first.Parameters * tensor.ValueBytes, n = Math.Min(first.Rows, first.Columns);
        long most = Math.Max(1, (onGpu ? GpuBytes : CpuBytes) / (bytes + 2 * sizeof(double) * n * n));
        for (int begin = 0; begin < candidates.Count;)
        {
            int end = begin + 1;
            while (end < candidates.Count && end - begin < most && candidates[end].Expert == candidates[end - 1].Expert + 1)
                end++;
            long value = first.IsStacked ? candidates[begin].Expert!.Value * first.Parameters : 0;
            yield return new(tensor, [.. candidates.Skip(begin).Take(end - begin)], value);
            begin = end;
        }
    }
}
