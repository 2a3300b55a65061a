namespace Microsoft.ML.Data;

/// <summary>
/// Keeps in memory what was read. The columns that the first reader of them asks for, and those asked for in advance, are
/// read from the input together, once.
/// </summary>
internal sealed class CachedRows(IDataView input, IReadOnlyList<DataViewSchema.Column> prefetched) : IDataView
{
    // As many rows a batch: enough that handing out batches costs nothing, few enough that cursors share evenly.
    private const int BatchSize = 256;

    private readonly object _filling = new();
    private readonly ValueStore?[] _stores = new ValueStore?[input.Schema.Count];
    private int? _count;

    public bool CanShuffle => true;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => _count ?? input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ColumnSet.Mask(Schema, columnsNeeded);
        int count = Fill(active);
        return new Cursor(this, active, rand is null ? null : ColumnSet.Permutation(rand, count), count, 0, 1);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        bool[] active = ColumnSet.Mask(Schema, columnsNeeded);
        int count = Fill(active);
        int[]? order = rand is null ? null : ColumnSet.Permutation(rand, count);
        int cursors = Math.Clamp((count + BatchSize - 1) / BatchSize, 1, Math.Max(n, 1));
        return [.. Enumerable.Range(0, cursors).Select(i => new Cursor(this, active, order, count, i, cursors))];
    }

    private int Fill(bool[] active)
    {
        lock (_filling)
        {
            bool[] missing = [.. active];
            if (_count is null)
            {
                foreach (DataViewSchema.Column column in prefetched)
                    missing[column.Index] = true;
            }

            for (int i = 0; i < missing.Length; i++)
                missing[i] &= _stores[i] is null;
            if (_count is { } known && !missing.Contains(true))
                return known;

            using DataViewRowCursor cursor = input.GetRowCursor(ColumnSet.Columns(Schema, missing));
            ValueStore[] stores = [.. ColumnSet.Columns(Schema, missing).Select(column => ValueStore.Create(cursor, column))];
            int count = 0;
            for (; cursor.MoveNext(); count++)
            {
                foreach (ValueStore store in stores)
                    store.Load(count);
            }

            Contracts.Check(_count is null || _count == count, "Data to cache has another number of rows than when it was first read");
            foreach ((DataViewSchema.Column column, ValueStore store) in ColumnSet.Columns(Schema, missing).Zip(stores))
            {
                store.Detach();
                _stores[column.Index] = store;
            }

            _count = count;
            return count;
        }
    }

    // Reads every stride-th batch, from batch first on.
    private sealed class Cursor(CachedRows owner, bool[] active, int[]? order, int count, int first, int stride)
        : CursorBase(owner.Schema, active)
    {
        private int _next = first * BatchSize;
        private int _row = -1;

        public override long Batch => _row < 0 ? 0 : _row / BatchSize;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Slot(), 0);

        protected override Delegate GetGetterCore<TValue>(DataViewSchema.Column column) => owner._stores[column.Index]!.Getter(Slot);

        protected override bool MoveNextCore()
        {
            if (_next >= count)
                return false;
            _row = _next++;
            if (_next % BatchSize == 0)
                _next += (stride - 1) * BatchSize;
            return true;
        }

        private int Slot()
        {
            Contracts.Check(Position >= 0, "Cannot use getter with cursor in this state");
            return order is null ? _row : order[_row];
        }
    }
}
