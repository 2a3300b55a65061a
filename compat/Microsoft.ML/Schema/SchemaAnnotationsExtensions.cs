namespace Microsoft.ML.Data;

/// <summary>Reads the annotations that columns have most often.</summary>
public static class SchemaAnnotationsExtensions
{
    /// <summary>Whether a vector column of known length has a name for each slot.</summary>
    public static bool HasSlotNames(this DataViewSchema.Column column) => column.HasSlotNames(column.Type.GetVectorSize());

    /// <summary>Fills <paramref name="slotNames"/> with the names of the slots; InvalidOperationException where there are none.</summary>
    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) =>
        column.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref slotNames);

    /// <summary>Whether a key column, or a vector of keys, has a value for each key.</summary>
    /// <param name="column">The column.</param>
    /// <param name="keyValueItemType">The type the values must have; default: text.</param>
    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType? keyValueItemType = null) =>
        column.Type.GetItemType() is KeyDataViewType key
        && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is { Type: VectorDataViewType values }
        && (ulong)values.Size == key.Count && values.ItemType.Equals(keyValueItemType ?? TextDataViewType.Instance);

    /// <summary>
    /// Fills <paramref name="keyValues"/> with the values that keys stand for; InvalidOperationException where there are
    /// none.
    /// </summary>
    /// <typeparam name="TValue">The raw type of a value, exactly.</typeparam>
    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues) =>
        column.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref keyValues);

    /// <summary>Whether the column says that it is normalized.</summary>
    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.IsNormalized) is not { Type: BooleanDataViewType })
            return false;
        bool normalized = false;
        column.Annotations.GetValue(AnnotationUtils.Kinds.IsNormalized, ref normalized);
        return normalized;
    }
}
