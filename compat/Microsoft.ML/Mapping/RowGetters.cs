namespace Microsoft.ML.Data;

/// <summary>Getters whose value type is known at run time only.</summary>
internal static class RowGetters
{
    /// <summary>The getter of a column, as the delegate of its raw type.</summary>
    public static Delegate Get(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Invoke<Delegate>(GetTyped<int>, column.Type.RawType, row, column);

    private static Delegate GetTyped<TValue>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<TValue>(column);
}
