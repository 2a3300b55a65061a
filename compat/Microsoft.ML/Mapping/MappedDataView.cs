namespace Microsoft.ML.Data;

/// <summary>A data view with a row mapper's columns added. Each cursor computes with getters of its own.</summary>
internal sealed class MappedDataView(IDataView source, RowToRowMapper mapper) : IDataView
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
            return new MappedCursor(input, mapper.BindColumns(input, columns));
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }
}
