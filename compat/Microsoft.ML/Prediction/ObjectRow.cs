namespace Microsoft.ML.Data;

/// <summary>A row that is whatever object was put into it last.</summary>
internal sealed class ObjectRow<TRow>(RowBinding binding) : DataViewRow where TRow : class
{
    private readonly MemberGetters<TRow> _getters = new(binding);
    private long _position = -1;

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema => binding.Schema;

    /// <summary>Moves on to <paramref name="row"/>.</summary>
    public void MoveTo(TRow row)
    {
        _getters.Current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        GetterExceptions.Cast<TValue>(_getters.Create(column.Index), column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
