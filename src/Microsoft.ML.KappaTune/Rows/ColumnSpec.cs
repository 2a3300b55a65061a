namespace Microsoft.ML.KappaTune.Rows;

/// <summary>
/// A column that a transformer reads or adds, and the check that it's there, with ML.NET's own errors, which name its role.
/// </summary>
internal sealed record ColumnSpec(string Name, PrimitiveDataViewType ItemType, bool IsVector = false, string Role = "input")
{
    /// <summary>The column's type; a vector's length varies by row.</summary>
    public DataViewType Type => IsVector ? new VectorDataViewType(ItemType) : ItemType;

    /// <summary>What is known of the column before there's data.</summary>
    public SchemaShape.Column Shape => new(
        Name, IsVector ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Scalar, ItemType, isKey: false);

    /// <summary>The column of the input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It isn't there, or has another type.</exception>
    public DataViewSchema.Column Find(DataViewSchema inputSchema)
    {
        DataViewSchema.Column column = inputSchema.GetColumnOrNull(Name) ?? throw Missing(nameof(inputSchema));
        DataViewType itemType = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        return IsVector == column.Type is VectorDataViewType && ItemType.Equals(itemType)
            ? column
            : throw Mismatch(nameof(inputSchema), column.Type.ToString()!);
    }

    /// <inheritdoc cref="Find(DataViewSchema)"/>
    public void Check(SchemaShape inputSchema)
    {
        if (!inputSchema.TryFindColumn(Name, out SchemaShape.Column column))
            throw Missing(nameof(inputSchema));
        if (IsVector == (column.Kind == SchemaShape.Column.VectorKind.Scalar) || column.IsKey || !ItemType.Equals(column.ItemType))
            throw Mismatch(nameof(inputSchema), column.GetTypeString());
    }

    private ArgumentOutOfRangeException Missing(string parameter) => new(parameter, $"Could not find {Role} column '{Name}'");

    private ArgumentOutOfRangeException Mismatch(string parameter, string actual) =>
        new(parameter, $"Schema mismatch for {Role} column '{Name}': expected {Type}, got {actual}");
}
