namespace Microsoft.ML.Data;

/// <summary>Reads columns of any type as objects: for previews and the like, not for work.</summary>
internal static class BoxedGetters
{
    /// <summary>Gives the column's value in the row as it is when the result is called.</summary>
    public static Func<object> Create(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Invoke<Func<object>>(CreateTyped<int>, column.Type.RawType, row, column);

    private static Func<object> CreateTyped<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            // A fresh value each time, as the object may be kept.
            T value = default!;
            getter(ref value);
            return value!;
        };
    }
}
