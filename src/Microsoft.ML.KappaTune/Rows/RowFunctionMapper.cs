namespace Microsoft.ML.KappaTune.Rows;

/// <summary>A function bound to a schema: the input's columns, followed by the added ones.</summary>
internal sealed class RowFunctionMapper : IRowToRowMapper
{
    private readonly RowFunction _function;
    private readonly DataViewSchema.Column[] _inputs;

    /// <exception cref="ArgumentOutOfRangeException">An input isn't there, or has another type.</exception>
    public RowFunctionMapper(RowFunction function, DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _function = function;
        _inputs = [.. function.Inputs.Select(input => input.Find(inputSchema))];
        InputSchema = inputSchema;
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(inputSchema);
        schema.AddColumns(function.GetOutputColumns(inputSchema));
        OutputSchema = schema.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    /// <summary>The columns that the function reads.</summary>
    public IReadOnlyList<DataViewSchema.Column> Inputs => _inputs;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns
            .SelectMany(column => column.Index < InputSchema.Count ? [InputSchema[column.Index]] : _inputs)
            .DistinctBy(column => column.Index)
            .ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        bool[] active = CursorColumns.Active(OutputSchema, activeColumns);
        // Where none of the added columns is read, the input may not have what they are computed from.
        Delegate[] getters = Array.IndexOf(active, true, InputSchema.Count) < 0 ? [] : _function.CreateGetters(input, _inputs);
        return new Row(input, OutputSchema, active, getters);
    }

    private sealed class Row(DataViewRow input, DataViewSchema schema, bool[] active, Delegate[] getters) : DataViewRow
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => schema;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) =>
            IsAdded(column) ? active[column.Index] : input.IsColumnActive(input.Schema[column.Index]);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsAdded(column))
                return input.GetGetter<TValue>(input.Schema[column.Index]);
            CursorColumns.RequireActive(active, column);
            return CursorColumns.Cast<TValue>(getters[column.Index - input.Schema.Count], column);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }

        private bool IsAdded(DataViewSchema.Column column) => column.Index >= input.Schema.Count;
    }
}
