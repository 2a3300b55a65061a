using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Models;

/// <summary>Tensors of safetensors files as tests compare them.</summary>
internal static class StoredTensors
{
    public static Tensor Load(TensorView view)
    {
        bool isInteger = view.DataType == TensorDataType.Int64;
        Tensor tensor = empty([.. view.Shape], dtype: isInteger ? ScalarType.Int64 : ScalarType.Float32);
        if (isInteger)
            view.Bytes(0, (int)view.ByteLength).CopyTo(tensor.bytes);
        else
            view.Read(0, MemoryMarshal.Cast<byte, float>(tensor.bytes));
        return tensor;
    }

    /// <summary>The largest difference; over the places of the mask only, if there is one, whose shape begins with the mask's.</summary>
    public static double Difference(Tensor actual, Tensor expected, Tensor? mask = null)
    {
        Assert.Equal(expected.shape, actual.shape);
        using var scope = NewDisposeScope();
        Tensor difference = (actual.to(ScalarType.Float64) - expected.to(ScalarType.Float64)).abs();
        if (mask is not null)
        {
            Tensor real = mask.to(ScalarType.Float64);
            difference = difference * (difference.dim() > 2 ? real.unsqueeze(-1) : real);
        }

        return difference.max().ToDouble();
    }
}
