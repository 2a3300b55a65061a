namespace Microsoft.ML.KappaTune.Models;

/// <summary>The tensor library's types, as checkpoints store and call them.</summary>
internal static class StoredTypes
{
    /// <summary>Null for a type that no checkpoint here has.</summary>
    public static TensorDataType? Find(ScalarType dtype) => dtype switch
    {
        ScalarType.Float64 => TensorDataType.Float64,
        ScalarType.Float32 => TensorDataType.Float32,
        ScalarType.Float16 => TensorDataType.Float16,
        ScalarType.BFloat16 => TensorDataType.BFloat16,
        ScalarType.Int64 => TensorDataType.Int64,
        ScalarType.Int32 => TensorDataType.Int32,
        ScalarType.Int16 => TensorDataType.Int16,
        ScalarType.Int8 => TensorDataType.Int8,
        ScalarType.Byte => TensorDataType.UInt8,
        ScalarType.Bool => TensorDataType.Boolean,
        _ => null,
    };

    /// <exception cref="ArgumentOutOfRangeException">It isn't a type for weights.</exception>
    public static TensorDataType From(ScalarType dtype) => Find(dtype) is { } type && type.IsFloatingPoint() ? type
        : throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Weights are of type Float64, Float32, Float16 or BFloat16.");

    /// <summary>The name in a <c>config.json</c>.</summary>
    public static string ConfigName(ScalarType dtype) => From(dtype).ToString().ToLowerInvariant();
}
