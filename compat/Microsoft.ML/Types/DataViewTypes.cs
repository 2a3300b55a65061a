namespace Microsoft.ML.Data;

/// <summary>From .NET types and data kinds to column types, and questions about column types.</summary>
internal static class DataViewTypes
{
    private static readonly Dictionary<Type, PrimitiveDataViewType> ByRawType = new PrimitiveDataViewType[]
    {
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, TextDataViewType.Instance, BooleanDataViewType.Instance,
        TimeSpanDataViewType.Instance, DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, RowIdDataViewType.Instance,
    }.ToDictionary(type => type.RawType);

    /// <summary>The type of a column whose getters fill <paramref name="rawType"/>, or null; <c>string</c> counts as text.</summary>
    public static PrimitiveDataViewType? FromRawType(Type rawType) =>
        ByRawType.GetValueOrDefault(rawType == typeof(string) ? typeof(ReadOnlyMemory<char>) : rawType);

    /// <summary>The type of values of <paramref name="kind"/>.</summary>
    public static PrimitiveDataViewType FromKind(DataKind kind) => kind switch
    {
        DataKind.SByte => NumberDataViewType.SByte,
        DataKind.Byte => NumberDataViewType.Byte,
        DataKind.Int16 => NumberDataViewType.Int16,
        DataKind.UInt16 => NumberDataViewType.UInt16,
        DataKind.Int32 => NumberDataViewType.Int32,
        DataKind.UInt32 => NumberDataViewType.UInt32,
        DataKind.Int64 => NumberDataViewType.Int64,
        DataKind.UInt64 => NumberDataViewType.UInt64,
        DataKind.Single => NumberDataViewType.Single,
        DataKind.Double => NumberDataViewType.Double,
        DataKind.String => TextDataViewType.Instance,
        DataKind.Boolean => BooleanDataViewType.Instance,
        DataKind.TimeSpan => TimeSpanDataViewType.Instance,
        DataKind.DateTime => DateTimeDataViewType.Instance,
        DataKind.DateTimeOffset => DateTimeOffsetDataViewType.Instance,
        _ => throw Contracts.ExceptParam(nameof(kind), "Unknown data kind"),
    };

    /// <summary>The kind of values stored in <paramref name="rawType"/>; false where there's none.</summary>
    public static bool TryGetKind(Type rawType, out DataKind kind)
    {
        foreach (DataKind candidate in Enum.GetValues<DataKind>())
        {
            if (FromKind(candidate).RawType != rawType)
                continue;
            kind = candidate;
            return true;
        }

        kind = default;
        return false;
    }

    /// <summary>The type of a vector's items; the type itself where it is no vector.</summary>
    public static DataViewType GetItemType(this DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    /// <summary>The length of vectors of the type; 0 where it varies or the type is no vector.</summary>
    public static int GetVectorSize(this DataViewType type) => type is VectorDataViewType vector ? vector.Size : 0;

    /// <summary>The length of vectors of the type, 0 where it varies; 1 where the type is no vector.</summary>
    public static int GetValueCount(this DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;

    /// <summary>How many values keys of the type or a vector of them stand for; 0 where it is no key.</summary>
    public static ulong GetKeyCount(this DataViewType type) => type is KeyDataViewType key ? key.Count : 0;
}
