using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// Copies stored tensors into parameters, or other tensors, piece by piece: straight into their memory where it is the CPU's, so that a
/// model is in memory once, whatever its size.
/// </summary>
internal static class TensorReader
{
    // Long enough for full speed, short enough to stay far below what a span can hold.
    private const int PieceValues = 1 << 22;

    public static void Copy(TensorView view, Tensor target) => Copy(LogicalTensor.FromStored(view), target);

    public static void Copy(LogicalTensor weight, Tensor target)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor flat = target.detach().view(-1);
        for (long begin = 0; begin < weight.ElementCount; begin += PieceValues)
        {
            int length = (int)Math.Min(PieceValues, weight.ElementCount - begin);
            using Tensor piece = flat.narrow(0, begin, length);
            CopyPiece(weight, begin, piece);
            weight.Release(begin, length);
        }
    }

    private static void CopyPiece(LogicalTensor weight, long begin, Tensor piece)
    {
        bool here = piece.device_type == TorchSharp.DeviceType.CPU;
        int length = (int)piece.NumberOfElements;
        if (here && weight.Stored is { } stored && StoredTypes.From(piece.dtype) == stored.DataType)
        {
            stored.Bytes(begin * weight.ValueBytes, length * weight.ValueBytes).CopyTo(piece.bytes);
        }
        else if (here && piece.dtype == ScalarType.Float32)
        {
            weight.Read(begin, MemoryMarshal.Cast<byte, float>(piece.bytes));
        }
        else if (here && piece.dtype == ScalarType.Float64)
        {
            weight.Read(begin, MemoryMarshal.Cast<byte, double>(piece.bytes));
        }
        else
        {
            // To another device, or rounded, both of which the tensor library does: by way of a copy of the piece that loses nothing.
            bool wide = weight.Stored?.DataType == TensorDataType.Float64;
            using Tensor staged = empty(length, dtype: wide ? ScalarType.Float64 : ScalarType.Float32, device: CPU);
            CopyPiece(weight, begin, staged);
            piece.copy_(staged);
        }
    }
}
