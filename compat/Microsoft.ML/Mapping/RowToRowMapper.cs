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
        bool[] asked = ColumnSet.Mask(OutputSchema, dependingColumns);
        return InputSchema.Where(input => asked[input.Index] || IsNeeded(input.Index)).ToArray();

        bool IsNeeded(int input)
        {
            for (int output = 0; output < _added; output++)
            {
                if (asked[InputSchema.Count + output] && _mapper.DependsOn(output, input))
                    return true;
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(activeColumns, nameof(activeColumns));
        bool[] active = ColumnSet.Mask(OutputSchema, activeColumns);
        int first = InputSchema.Count;
        Delegate?[] getters = _mapper.CreateGetters(input, output => active[first + output], out Action? disposer);
        return new MappedRow(input, OutputSchema, active, getters, disposer);
    }
}
