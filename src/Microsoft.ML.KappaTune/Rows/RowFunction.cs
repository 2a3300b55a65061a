namespace Microsoft.ML.KappaTune.Rows;

/// <summary>The columns that a transformer adds to a row, computed from that row alone.</summary>
internal abstract class RowFunction
{
    /// <summary>What it reads, in the order that <see cref="CreateGetters"/> gets them.</summary>
    public abstract IReadOnlyList<ColumnSpec> Inputs { get; }

    /// <summary>What it adds.</summary>
    public abstract IReadOnlyList<ColumnSpec> Outputs { get; }

    /// <summary>What it adds to data of a schema, in the order of <see cref="Outputs"/>, annotations included.</summary>
    public virtual IEnumerable<DataViewSchema.DetachedColumn> GetOutputColumns(DataViewSchema inputSchema) =>
        Outputs.Select(output => new DataViewSchema.DetachedColumn(output.Name, output.Type));

    /// <summary>
    /// A getter an output, for one row or cursor. What they share is computed once a row, and only when the first of them is called.
    /// </summary>
    public abstract Delegate[] CreateGetters(DataViewRow row, DataViewSchema.Column[] inputs);

    /// <summary>The data with the added columns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input isn't there, or has another type.</exception>
    public virtual IDataView Apply(IDataView input) => new RowFunctionView(input, new RowFunctionMapper(this, input.Schema));

    /// <summary>The shape with the added columns, which take the place of those of the same name.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An input isn't there, or has another type.</exception>
    public SchemaShape Extend(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        foreach (ColumnSpec input in Inputs)
            input.Check(inputSchema);
        HashSet<string> added = [.. Outputs.Select(output => output.Name)];
        return new(inputSchema.Where(column => !added.Contains(column.Name)).Concat(Outputs.Select(output => output.Shape)));
    }
}
