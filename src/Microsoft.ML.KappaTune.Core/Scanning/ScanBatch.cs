namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>Matrices of one tensor that are solved together: one, or some experts of a stack, which lie one behind the other.</summary>
/// <param name="First">Where the first of them begins in the tensor, in values.</param>
internal sealed record ScanBatch(LogicalTensor Tensor, IReadOnlyList<ScannedMatrix> Matrices, long First)
{
    /// <summary>What the solver needs for a Gram matrix and its factor, and what is read for them, stays below this where it can.</summary>
    private const long CpuBytes = 64L << 20;

    /// <summary>A GPU is only busy with many matrices at once, and has memory of its own.</summary>
    private const long GpuBytes = 1L << 30;

    public long Rows => Matrices[0].Rows;

    public long Columns => Matrices[0].Columns;

    /// <summary>Bytes of one matrix: stored, or as its values are made.</summary>
    public long MatrixBytes => Matrices[0].Parameters * Tensor.ValueBytes;

    public long ValueCount => Matrices.Count * Matrices[0].Parameters;

    public long ByteLength => Matrices.Count * MatrixBytes;

    /// <summary>What it takes to solve it in float32, beside other things: the values, and a Gram matrix and its factor.</summary>
    public long WorkBytes => ByteLength + Matrices.Count * 2 * sizeof(float) * Math.Min(Rows, Columns) * Math.Min(Rows, Columns);

    /// <summary>Multiplications, about: a Gram matrix and its factor.</summary>
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
