namespace Microsoft.ML.Data;

/// <summary>Finds the columns that a transformer reads.</summary>
internal static class InputColumns
{
    /// <summary>The input column of that name, or the error that it's missing.</summary>
    public static DataViewSchema.Column Find(DataViewSchema inputSchema, string column) =>
        inputSchema.GetColumnOrNull(column) ?? throw Contracts.ExceptSchemaMismatch(null, nameof(inputSchema), "input", column);

    /// <inheritdoc cref="Find(DataViewSchema, string)"/>
    public static SchemaShape.Column Find(SchemaShape inputSchema, string column) =>
        inputSchema.TryFindColumn(column, out SchemaShape.Column found)
            ? found
            : throw Contracts.ExceptSchemaMismatch(null, nameof(inputSchema), "input", column);
}
