namespace Microsoft.ML.Data;

/// <summary>A data view seen through a row mapper. Each cursor maps with a row, and so with getters, of its own.</summary>
internal sealed class MappedDataView(IDataView source, IRowToRowMapper mapper) : IDataView
{
    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = columnsNeeded.ToArray();
        return Map(source.GetRowCursor(mapper.GetDependencies(columns), rand), columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] columns = columnsNeeded.ToArray();
        return Array.ConvertAll(source.GetRowCursorSet(mapper.GetDependencies(columns), n, rand), cursor => Map(cursor, columns));
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

    /// <summary>A mapped row that moves with its input.</summary>
    private sealed class Cursor(DataViewRowCursor input, DataViewRow mapped) : DataViewRowCursor
    {
        public override long Position => mapped.Position;

        public override long Batch => mapped.Batch;

        public override DataViewSchema Schema => mapped.Schema;

        public override bool MoveNext() => input.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => mapped.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => mapped.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => mapped.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                mapped.Dispose();
                input.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
