namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The safetensors name and the size of every <see cref="TensorDataType"/>.</summary>
internal static class TensorDataTypes
{
    private static readonly (TensorDataType Type, string Name, int Size)[] Table =
    [
        (TensorDataType.Float64, "F64", 8),
        (TensorDataType.Float32, "F32", 4),
        (TensorDataType.Float16, "F16", 2),
        (TensorDataType.BFloat16, "BF16", 2),
        (TensorDataType.Float8E4M3, "F8_E4M3", 1),
        (TensorDataType.Float8E5M2, "F8_E5M2", 1),
        (TensorDataType.Int64, "I64", 8),
        (TensorDataType.Int32, "I32", 4),
        (TensorDataType.Int16, "I16", 2),
        (TensorDataType.Int8, "I8", 1),
        (TensorDataType.UInt64, "U64", 8),
        (TensorDataType.UInt32, "U32", 4),
        (TensorDataType.UInt16, "U16", 2),
        (TensorDataType.UInt8, "U8", 1),
        (TensorDataType.Boolean, "BOOL", 1),
        (TensorDataType.Unknown, "UNKNOWN", 1),
    ];

    /// <summary>All names, for messages: <c>F64, F32, …</c>.</summary>
    public static string Names { get; } = string.Join(", ", Table[..^1].Select(row => row.Name));

    /// <summary>The name in a safetensors header.</summary>
    public static string Name(this TensorDataType type) => Table[(int)type].Name;

    /// <summary>Bytes a value; of an unknown type, 1.</summary>
    public static int Size(this TensorDataType type) => Table[(int)type].Size;

    /// <summary>Whether the values are weights; integers are indices, masks or quantised codes.</summary>
    public static bool IsFloatingPoint(this TensorDataType type) => type <= TensorDataType.Float8E5M2;

    /// <summary>Finds a type by its name, which is case-sensitive.</summary>
    public static bool TryParse(string name, out TensorDataType type)
    {
        foreach ((TensorDataType candidate, string itsName, _) in Table)
        {
            if (itsName == name)
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }
}
