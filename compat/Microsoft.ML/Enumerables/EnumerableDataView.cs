namespace Microsoft.ML.Data;

/// <summary>Objects as rows. A list can be counted and shuffled; another sequence is enumerated once a cursor.</summary>
internal sealed class EnumerableDataView<TRow>(IEnumerable<TRow> data, RowBinding binding) : IDataView
    where TRow : class
{
    public DataViewSchema Schema => binding.Schema;

    public bool CanShuffle => data is IList<TRow>;

    public long? GetRowCount() => (data as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = ColumnSet.Mask(Schema, columnsNeeded);
        if (rand is null || data is not IList<TRow> list)
            return new ObjectCursor<TRow>(data.GetEnumerator(), null, binding, active);
        int[] order = ColumnSet.Permutation(rand, list.Count);
        return new ObjectCursor<TRow>(order.Select(index => list[index]).GetEnumerator(), order, binding, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
