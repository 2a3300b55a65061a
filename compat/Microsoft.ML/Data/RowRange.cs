namespace Microsoft.ML.Data;

/// <summary>
/// The rows of <paramref name="input"/> after the first <paramref name="skip"/>, at most <paramref name="take"/> of them.
/// </summary>
internal sealed class RowRange(IDataView input, long skip, long take) : IDataView
{
    // Which rows come first must not change from one reading to the next.
    public bool CanShuffle => false;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => take == 0 ? 0 : input.GetRowCount() is { } count ? Math.Min(Math.Max(0, count - skip), take) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ColumnSet.Mask(Schema, columnsNeeded);
        return new Cursor(input.GetRowCursor(ColumnSet.Columns(Schema, active)), active, skip, take);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, bool[] active, long skip, long take) : LinkedCursor(input, active)
    {
        private long _toSkip = skip;
        private long _toTake = take;

        public override long Batch => 0;

        protected override bool MoveNextCore()
        {
            if (_toTake == 0)
                return false;
            for (; _toSkip > 0; _toSkip--)
            {
                if (!Input.MoveNext())
                    return false;
            }

            _toTake--;
            return Input.MoveNext();
        }
    }
}
