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

    /// <summary>The shape with columns added; they take the place of those of the same name.</summary>
    public static SchemaShape With(SchemaShape inputSchema, IEnumerable<SchemaShape.Column> added)
    {
        Dictionary<string, SchemaShape.Column> columns = inputSchema.ToDictionary(column => column.Name);
        foreach (SchemaShape.Column column in added)
            columns[column.Name] = column;
        return new SchemaShape(columns.Values);
    }

    /// <summary>The annotation of a column's shape that names the slots, where it has one.</summary>
    public static IEnumerable<SchemaShape.Column> SlotNames(SchemaShape.Column column) =>
        column.HasSlotNames() ? column.Annotations.Where(annotation => annotation.Name == AnnotationUtils.Kinds.SlotNames) : [];
}
