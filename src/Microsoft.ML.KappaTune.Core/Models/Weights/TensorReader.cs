using System.Runtime.InteropServices;
using TorchSharp.Modules;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// Copies stored tensors into parameters piece by piece: straight into the parameter's memory where it is the CPU's, so that a
/// model is in memory once, whatever its size.
/// </summary>
internal static class TensorReader
{
    // Long enough for full speed, short enough to stay far below what a span can hold.
    private const int PieceValues = 1 << 22;

    public static void Copy(TensorView view, Parameter parameter)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor flat = parameter.detach().view(-1);
        for (long begin = 0; begin < view.ElementCount; begin += PieceValues)
        {
            int length = (int)Math.Min(PieceValues, view.ElementCount - begin);
            using Tensor piece = flat.narrow(0, begin, length);
            CopyPiece(view, begin, piece);
            view.Release(begin * view.DataType.Size(), (long)length * view.DataType.Size());
        }
    }

    private static void CopyPiece(TensorView view, long begin, Tensor piece)
    {
        bool here = piece.device_type == TorchSharp.DeviceType.CPU;
        int length = (int)piece.NumberOfElements;
        if (here && StoredTypes.From(piece.dtype) == view.DataType)
        {
            view.Bytes(begin * view.DataType.Size(), length * view.DataType.Size()).CopyTo(piece.bytes);
        }
        else if (here && piece.dtype == ScalarType.Float32)
        {
            view.Read(begin, MemoryMarshal.Cast<byte, float>(piece.bytes));
        }
        else if (here && piece.dtype == ScalarType.Float64)
        {
            view.Read(begin, MemoryMarshal.Cast<byte, double>(piece.bytes));
        }
        else
        {
            // To another device, or rounded, both of which the tensor library does: by way of a copy of the piece that loses nothing.
            bool wide = view.DataType == TensorDataType.Float64;
            using Tensor staged = empty(length, dtype: wide ? ScalarType.Float64 : ScalarType.Float32, device: CPU);
            CopyPiece(view, begin, staged);
            piece.copy_(staged);
        }
    }
}
