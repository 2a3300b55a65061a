using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The types that weights are computed in, and how a checkpoint calls them.</summary>
internal static class StoredTypes
{
    /// <exception cref="ArgumentOutOfRangeException">It isn't a type for weights.</exception>
    public static TensorDataType From(ScalarType dtype) => dtype switch
    {
        ScalarType.Float64 => TensorDataType.Float64,
        ScalarType.Float32 => TensorDataType.Float32,
        ScalarType.Float16 => TensorDataType.Float16,
        ScalarType.BFloat16 => TensorDataType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Weights are of type Float64, Float32, Float16 or BFloat16."),
    };

    /// <summary>The name in a <c>config.json</c>.</summary>
    public static string ConfigName(ScalarType dtype) => From(dtype).ToString().ToLowerInvariant();
}
