namespace Microsoft.ML.KappaTune.Rows;

/// <summary>
/// Data with a model's columns added, batch by batch; where none of them is asked for, the input's rows as they are. Every cursor
/// has buffers of its own, so that any number of them may run at once.
/// </summary>
internal sealed class AheadView(IDataView source, AheadFunction function) : IDataView
{
    private readonly RowFunctionMapper _mapper = new(function, source.Schema);

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => _mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        if (!IsComputed(columns))
            return new RowFunctionView(source, _mapper).GetRowCursor(columns, rand);
        DataViewRowCursor input = source.GetRowCursor(_mapper.GetDependencies(columns), rand);
        try
        {
            return new AheadCursor(input, _mapper, function, CursorColumns.Active(Schema, columns));
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        // A model takes all cores for a batch by itself; cursors side by side would only take them from each other.
        return IsComputed(columns)
            ? [GetRowCursor(columns, rand)]
            : new RowFunctionView(source, _mapper).GetRowCursorSet(columns, n, rand);
    }

    private bool IsComputed(DataViewSchema.Column[] columns) => columns.Any(column => column.Index >= source.Schema.Count);
}
