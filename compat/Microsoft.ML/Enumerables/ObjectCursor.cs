namespace Microsoft.ML.Data;

/// <summary>
/// Moves over objects, in an order that may be shuffled: <paramref name="order"/> then holds each row's place in the
/// source.
/// </summary>
internal sealed class ObjectCursor<TRow>(IEnumerator<TRow> source, int[]? order, RowBinding binding, bool[] active)
    : CursorBase(binding.Schema, active)
    where TRow : class
{
    private readonly MemberGetters<TRow> _getters = new(binding);
    private readonly Delegate?[] _made = new Delegate?[binding.Members.Length];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        Contracts.Check(Position >= 0, "Cannot call ID getter in current state");
        id = new DataViewRowId((ulong)(order is null ? Position : order[Position]), 0);
    };

    protected override Delegate GetGetterCore<TValue>(DataViewSchema.Column column) =>
        _made[column.Index] ??= _getters.Create(column.Index);

    protected override bool MoveNextCore()
    {
        if (!source.MoveNext())
        {
            _getters.Current = null!;
            return false;
        }

        _getters.Current = source.Current ?? throw Contracts.Except("Encountered null when iterating over data, this is not supported.");
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
