namespace Microsoft.ML.Data;

/// <summary>Reads one column of data.</summary>
public static class ColumnCursorExtensions
{
    /// <summary>The values of a column, read whenever the result is enumerated.</summary>
    /// <typeparam name="T">The column's raw type; or a string, array or array of strings for text, vectors and vectors of text.</typeparam>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(columnName, nameof(columnName));
        return data.GetColumn<T>(data.Schema[columnName]);
    }

    /// <inheritdoc cref="GetColumn{T}(IDataView, string)"/>
    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        if (typeof(T) == column.Type.RawType)
            return Read<T, T>(data, column, value => value);
        if (typeof(T) == typeof(string) && column.Type is TextDataViewType)
            return Read<ReadOnlyMemory<char>, T>(data, column, text => (T)(object)text.ToString());
        if (typeof(T) == typeof(string[]) && column.Type is VectorDataViewType { ItemType: TextDataViewType })
            return Read<VBuffer<ReadOnlyMemory<char>>, T>(data, column, texts =>
                (T)(object)texts.DenseValues().Select(text => text.ToString()).ToArray());
        if (typeof(T).IsArray && column.Type is VectorDataViewType vector && vector.ItemType.RawType == typeof(T).GetElementType())
            return Generic.Invoke<IEnumerable<T>>(ReadArrays<int>, vector.ItemType.RawType, data, column);
        throw Contracts.ExceptParam(nameof(column),
            $"Cannot map column (name: {column.Name}, type: {column.Type}) in data to the user-defined type, {typeof(T)}.");
    }

    private static IEnumerable<TResult> Read<TValue, TResult>(IDataView data, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<TValue> getter = cursor.GetGetter<TValue>(column);
        while (cursor.MoveNext())
        {
            // A fresh value each time: results may be kept, so vectors mustn't share memory.
            TValue value = default!;
            getter(ref value);
            yield return convert(value);
        }
    }

    private static IEnumerable<TItem[]> ReadArrays<TItem>(IDataView data, DataViewSchema.Column column) =>
        Read<VBuffer<TItem>, TItem[]>(data, column, vector =>
    {
        var items = new TItem[vector.Length];
        vector.CopyTo(items);
        return items;
    });
}
