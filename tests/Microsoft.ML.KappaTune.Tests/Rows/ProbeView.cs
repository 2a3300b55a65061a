using Microsoft.ML.Data;

namespace Microsoft.ML.KappaTune.Tests.Rows;

/// <summary>Passes data on, and counts which columns are asked for and how often values are read.</summary>
internal sealed class ProbeView(IDataView source) : IDataView
{
    /// <summary>Values read, by column.</summary>
    public Dictionary<string, int> Reads { get; } = source.Schema.ToDictionary(column => column.Name, _ => 0);

    /// <summary>Columns that any cursor was opened with.</summary>
    public HashSet<string> Asked { get; } = [];

    public bool CanShuffle => source.CanShuffle;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        Asked.UnionWith(columns.Select(column => column.Name));
        return new Cursor(this, source.GetRowCursor(columns, rand));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(ProbeView view, DataViewRowCursor input) : DataViewRowCursor
    {
        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override DataViewSchema Schema => input.Schema;

        public override bool MoveNext() => input.MoveNext();

        public override bool IsColumnActive(DataViewSchema.Column column) => input.IsColumnActive(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue> getter = input.GetGetter<TValue>(column);
            return (ref TValue value) =>
            {
                view.Reads[column.Name]++;
                getter(ref value);
            };
        }

        protected override void Dispose(bool disposing)
        {
            input.Dispose();
            base.Dispose(disposing);
        }
    }
}
