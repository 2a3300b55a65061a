using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Training.Resume;

/// <summary>Float32 tensors to and from the files of a training state.</summary>
internal static class StateTensors
{
    private const int Piece = 1 << 22;

    public static TensorSource Source(string name, Tensor tensor) => new(name, TensorDataType.Float32, tensor.shape, stream =>
    {
        using Tensor detached = tensor.detach(), values = detached.cpu();
        values.WriteBytesToStream(stream);
    });

    public static Dictionary<string, TensorView> ByName(SafetensorsFile file) =>
        file.Tensors.ToDictionary(view => view.Name, StringComparer.Ordinal);

    /// <summary>On the CPU.</summary>
    public static Tensor Load(TensorView view)
    {
        Tensor tensor = empty([.. view.Shape], dtype: float32);
        using Tensor flat = tensor.view(-1);
        for (long begin = 0; begin < view.ElementCount; begin += Piece)
        {
            int length = (int)Math.Min(Piece, view.ElementCount - begin);
            using Tensor part = flat.narrow(0, begin, length);
            view.Read(begin, MemoryMarshal.Cast<byte, float>(part.bytes));
        }

        return tensor;
    }
}
