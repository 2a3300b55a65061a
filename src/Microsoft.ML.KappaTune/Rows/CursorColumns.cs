namespace Microsoft.ML.KappaTune.Rows;

/// <summary>Which columns a row or cursor gives, and the errors of asking for others.</summary>
internal static class CursorColumns
{
    /// <summary>One flag a column: whether it was asked for.</summary>
    public static bool[] Active(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in columns)
            active[column.Index] = true;
        return active;
    }

    /// <exception cref="ArgumentOutOfRangeException">The column wasn't asked for when the cursor was opened.</exception>
    public static void RequireActive(bool[] active, DataViewSchema.Column column)
    {
        if (!active[column.Index])
            throw new ArgumentOutOfRangeException(nameof(column), "requested column not active");
    }

    /// <summary>The getter, where it is of the type asked for.</summary>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter for column '{column.Name}': '{typeof(TValue)}', expected type: '{column.Type.RawType}'.");
}
