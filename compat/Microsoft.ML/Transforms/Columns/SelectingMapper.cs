using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Rows with some of the input's columns, in another order.</summary>
internal sealed class SelectingMapper : IRowToRowMapper
{
    private readonly DataViewSchema.Column[] _sources;

    public SelectingMapper(DataViewSchema inputSchema, DataViewSchema.Column[] sources)
    {
        _sources = sources;
        InputSchema = inputSchema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(sources);
        OutputSchema = builder.ToSchema();
    }

    /// <inheritdoc/>
    public DataViewSchema InputSchema { get; }

    /// <inheritdoc/>
    public DataViewSchema OutputSchema { get; }

    /// <summary>The input column behind an output column.</summary>
    public DataViewSchema.Column Source(DataViewSchema.Column column)
    {
        Contracts.CheckParam(column.Index < _sources.Length, nameof(column), "Column index is out of the range of the schema");
        return _sources[column.Index];
    }

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Select(Source).ToArray();

    /// <inheritdoc/>
    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        return new SelectedRow(input, this);
    }

    private sealed class SelectedRow(DataViewRow input, SelectingMapper mapper) : DataViewRow
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => mapper.OutputSchema;

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(mapper.Source(column));

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => input.GetGetter<TValue>(mapper.Source(column));

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
