using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>
/// Stored matrices as tensors, in the type they are stored in where the tensor library computes with it, else in float32.
/// </summary>
internal static class TensorLoader
{
    // Values a piece: long enough for full speed, short enough that little of the mapped file is in memory beside its copy.
    private const int PieceValues = 1 << 22;

    /// <summary>A batch as [count, rows, columns], on the CPU.</summary>
    public static Tensor Load(ScanBatch batch, ParallelOptions parallel)
    {
        LogicalTensor tensor = batch.Tensor;
        ScalarType? same = tensor.Stored?.DataType switch
        {
            TensorDataType.Float64 => float64,
            TensorDataType.Float32 => float32,
            TensorDataType.Float16 => float16,
            TensorDataType.BFloat16 => bfloat16,
            _ => null,
        };
        long size = tensor.ValueBytes, count = batch.ReadCount;
        Tensor stack = empty(new[] { count }, same ?? float32);
        Parallel.For(0L, (count + PieceValues - 1) / PieceValues, parallel, piece =>
        {
            long begin = piece * PieceValues;
            int length = (int)Math.Min(PieceValues, count - begin);
            using Tensor part = stack.narrow(0, begin, length);
            if (same is null)
                tensor.Read(batch.FirstRead + begin, MemoryMarshal.Cast<byte, float>(part.bytes));
            else
                tensor.Stored!.Bytes((batch.FirstRead + begin) * size, (int)(length * size)).CopyTo(part.bytes);
            tensor.Release(batch.FirstRead + begin, length);
        });
        Tensor rows = stack.view(batch.Matrices.Count, batch.Rows, batch.RowStride);
        return batch.RowStride == batch.Columns ? rows : rows.narrow(2, batch.First - batch.FirstRead, batch.Columns).contiguous();
    }
}
