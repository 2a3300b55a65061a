namespace Microsoft.ML.Data;

/// <summary>The rows of <paramref name="input"/> that pass a test.</summary>
/// <param name="input">The rows.</param>
/// <param name="tested">The columns that the test reads.</param>
/// <param name="makeTest">Makes the test of a cursor's current row.</param>
internal sealed class RowFilter(
    IDataView input, IReadOnlyList<DataViewSchema.Column> tested, Func<DataViewRow, Func<bool>> makeTest) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ColumnSet.Mask(Schema, columnsNeeded);
        return Filter(input.GetRowCursor(Read(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = ColumnSet.Mask(Schema, columnsNeeded);
        return [.. input.GetRowCursorSet(Read(active), n, rand).Select(cursor => Filter(cursor, active))];
    }

    private IEnumerable<DataViewSchema.Column> Read(bool[] active)
    {
        bool[] read = [.. active];
        foreach (DataViewSchema.Column column in tested)
            read[column.Index] = true;
        return ColumnSet.Columns(Schema, read);
    }

    private DataViewRowCursor Filter(DataViewRowCursor cursor, bool[] active) => new Cursor(cursor, active, makeTest(cursor));

    private sealed class Cursor(DataViewRowCursor input, bool[] active, Func<bool> passes) : LinkedCursor(input, active)
    {
        protected override bool MoveNextCore()
        {
            while (Input.MoveNext())
            {
                if (passes())
                    return true;
            }

            return false;
        }
    }
}
