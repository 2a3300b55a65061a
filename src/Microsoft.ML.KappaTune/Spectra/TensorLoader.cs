using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Spectra;

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
        TensorView view = batch.Tensor;
        ScalarType? same = view.DataType switch
        {
            TensorDataType.Float64 => float64,
            TensorDataType.Float32 => float32,
            TensorDataType.Float16 => float16,
            TensorDataType.BFloat16 => bfloat16,
            _ => null,
        };
        long size = view.DataType.Size(), first = batch.Offset / size, count = batch.ByteLength / size;
        Tensor stack = empty(new[] { count }, same ?? float32);
        Parallel.For(0L, (count + PieceValues - 1) / PieceValues, parallel, piece =>
        {
            long begin = piece * PieceValues;
            int length = (int)Math.Min(PieceValues, count - begin);
            using Tensor part = stack.narrow(0, begin, length);
            if (same is null)
                view.Read(first + begin, MemoryMarshal.Cast<byte, float>(part.bytes));
            else
                view.Bytes(batch.Offset + begin * size, (int)(length * size)).CopyTo(part.bytes);
            view.Release(batch.Offset + begin * size, length * size);
        });
        return stack.view(batch.Matrices.Count, batch.Rows, batch.Columns);
    }
}
