namespace Microsoft.ML.Data;

/// <summary>A cursor that counts its rows and knows which columns were asked for.</summary>
internal abstract class CursorBase(DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private long _position = -1;
    private bool _done;

    public sealed override DataViewSchema Schema => schema;

    public sealed override long Position => _position;

    public override long Batch => 0;

    public sealed override bool IsColumnActive(DataViewSchema.Column column)
    {
        Contracts.CheckParam((uint)column.Index < (uint)active.Length, nameof(column), "Column index out of range");
        return active[column.Index];
    }

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw GetterExceptions.NotActive();
        return GetterExceptions.Cast<TValue>(GetGetterCore<TValue>(column), schema[column.Index]);
    }

    public sealed override bool MoveNext()
    {
        if (_done)
            return false;
        if (MoveNextCore())
        {
            _position++;
            return true;
        }

        // After the last row there's no position, as before the first.
        _done = true;
        _position = -1;
        return false;
    }

    /// <summary>Moves to the next row; isn't called after it once gave false.</summary>
    protected abstract bool MoveNextCore();

    /// <summary>The getter of an active column; of any type, which is checked.</summary>
    protected abstract Delegate GetGetterCore<TValue>(DataViewSchema.Column column);

    protected override void Dispose(bool disposing) => _done = true;
}
