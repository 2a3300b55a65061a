namespace Microsoft.ML.KappaTune.Rows;

/// <summary>Data with columns added. Every cursor has getters of its own, so that any number of them may run at once.</summary>
internal sealed class RowFunctionView(IDataView source, RowFunctionMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return Map(source.GetRowCursor(mapper.GetDependencies(columns), rand), columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return Array.ConvertAll(source.GetRowCursorSet(mapper.GetDependencies(columns), n, rand), input => Map(input, columns));
    }

    private DataViewRowCursor Map(DataViewRowCursor input, DataViewSchema.Column[] columns)
    {
        try
        {
            return new Cursor(input, mapper.GetRow(input, columns));
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>A row that moves with its input, and is disposed with it.</summary>
    private sealed class Cursor(DataViewRowCursor input, DataViewRow row) : DataViewRowCursor
    {
        public override long Position => row.Position;

        public override long Batch => row.Batch;

        public override DataViewSchema Schema => row.Schema;

        public override bool MoveNext() => input.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => row.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                row.Dispose();
            base.Dispose(disposing);
        }
    }
}
