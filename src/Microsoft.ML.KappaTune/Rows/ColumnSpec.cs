using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Rows;

/// <summary>
/// A column that a transformer reads or adds, and the check that it's there, with ML.NET's own errors, which name its role.
/// </summary>
internal sealed record ColumnSpec(string Name, PrimitiveDataViewType ItemType, bool IsVector = false, string Role = "input")
{
    /// <summary>The parameter that names the column; null where its name is fixed.</summary>
    public string? Parameter { get; init; }

    /// <summary>What gives the column, where its name is fixed.</summary>
    public string? Source { get; init; }

    /// <summary>The column's type; a vector's length varies by row.</summary>
    public DataViewType Type => IsVector ? new VectorDataViewType(ItemType) : ItemType;

    /// <summary>What is known of the column before there's data.</summary>
    public SchemaShape.Column Shape => new(
        Name, IsVector ? SchemaShape.Column.VectorKind.VariableVector : SchemaShape.Column.VectorKind.Scalar, ItemType, isKey: false);

    /// <summary>The column of the input.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It isn't there, or has another type.</exception>
    public DataViewSchema.Column Find(DataViewSchema inputSchema)
    {
        DataViewSchema.Column column = inputSchema.GetColumnOrNull(Name) ?? throw Missing(SchemaShape.Create(inputSchema));
        DataViewType itemType = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        return IsVector == column.Type is VectorDataViewType && ItemType.Equals(itemType)
            ? column
            : throw Mismatch(nameof(inputSchema), column.Type.ToString()!);
    }

    /// <inheritdoc cref="Find(DataViewSchema)"/>
    public void Check(SchemaShape inputSchema)
    {
        if (!inputSchema.TryFindColumn(Name, out SchemaShape.Column column))
            throw Missing(inputSchema);
        if (IsVector == (column.Kind == SchemaShape.Column.VectorKind.Scalar) || column.IsKey || !ItemType.Equals(column.ItemType))
            throw Mismatch(nameof(inputSchema), column.GetTypeString());
    }

    /// <summary>ML.NET's own words come first, as its transforms have them; then which columns there are, and what to do.</summary>
    /// <param name="column">The column that isn't there.</param>
    /// <param name="data">What it isn't in.</param>
    /// <param name="inputSchema">The columns that there are.</param>
    /// <param name="remedy">What to do.</param>
    public static ArgumentOutOfRangeException Missing(string column, string data, SchemaShape inputSchema, string remedy) => new(
        nameof(inputSchema),
        $"Could not find {column}. The {data} has "
        + $"{(inputSchema.Count > 0 ? PlainText.List([.. inputSchema.Select(column => column.Name)]) : "no columns")}. {remedy}");

    private ArgumentOutOfRangeException Missing(SchemaShape inputSchema) => Missing(
        $"{Role} column '{Name}'", "input", inputSchema,
        Parameter is null
            ? $"{Source} gives it."
            : $"Name the right one as {Parameter} where this is made, or add it: mlContext.Transforms.CopyColumns(\"{Name}\", …).");

    private ArgumentOutOfRangeException Mismatch(string parameter, string actual) =>
        new(parameter, $"Schema mismatch for {Role} column '{Name}': expected {Type}, got {actual}");
}
