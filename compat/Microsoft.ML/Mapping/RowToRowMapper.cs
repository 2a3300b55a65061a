namespace Microsoft.ML.Data;

/// <summary>A row mapper bound to an input schema: the input's columns, followed by the added ones.</summary>
internal sealed class RowToRowMapper : IRowToRowMapper
{
    private readonly IRowMapper _mapper;
    private readonly int _added;

    public RowToRowMapper(DataViewSchema inputSchema, IRowMapper mapper)
    {
        _mapper = mapper;
        InputSchema = inputSchema;
        DataViewSchema.DetachedColumn[] columns = mapper.GetOutputColumns();
        _added = columns.Length;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(columns);
        OutputSchema = builder.ToSchema();
    }

    /// <inheritdoc/>
    public DataViewSchema InputSchema { get; }

    /// <inheritdoc/>
    public DataViewSchema OutputSchema { get; }

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        bool[] needed = new bool[InputSchema.Count];
        foreach (DataViewSchema.Column column in dependingColumns)
        {
            if (column.Index < needed.Length)
                needed[column.Index] = true;
            else
                AddDependencies(column.Index - needed.Length, needed);
        }

        return InputSchema.Where(column => needed[column.Index]).ToArray();
    }

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(activeColumns, nameof(activeColumns));
        return new MappedRow(input, BindColumns(input, activeColumns));
    }

    /// <summary>The columns of one output row or cursor over <paramref name="input"/>.</summary>
    public MappedColumns BindColumns(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        bool[] active = ColumnSet.Mask(OutputSchema, activeColumns);
        int first = InputSchema.Count;
        Delegate?[] getters = _mapper.CreateGetters(input, output => active[first + output], out Action? disposer);
        return new MappedColumns(OutputSchema, first, active, getters, disposer);
    }

    private void AddDependencies(int output, bool[] needed)
    {
        if (output >= _added)
            throw Contracts.ExceptParam("dependingColumns", "A column that isn't in the mapper's output schema");
        for (int input = 0; input < needed.Length; input++)
            needed[input] |= _mapper.DependsOn(output, input);
    }
}
