namespace Microsoft.ML.KappaTune.Rows;

/// <summary>A value that several columns of a row share: computed when the first of them asks for it.</summary>
internal sealed class PerRow<T>(DataViewRow row, Func<T> compute)
{
    private long _position = -1;
    private T _value = default!;

    public T Value
    {
        get
        {
            if (_position != row.Position)
            {
                _value = compute();
                _position = row.Position;
            }

            return _value;
        }
    }

    /// <summary>The getter of a column that is a part of the value.</summary>
    public ValueGetter<TColumn> Getter<TColumn>(Func<T, TColumn> part) => (ref TColumn value) => value = part(Value);
}
