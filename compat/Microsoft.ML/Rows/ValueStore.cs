namespace Microsoft.ML.Data;

/// <summary>Copies of the values of one column, by slot: what rows leave behind when they must outlive the cursor's move.</summary>
internal abstract class ValueStore
{
    /// <summary>Makes an empty store for a column of <paramref name="row"/>.</summary>
    public static ValueStore Create(DataViewRow row, DataViewSchema.Column column) =>
        Generic.Invoke<ValueStore>(CreateTyped<int>, column.Type.RawType, row, column);

    /// <summary>Copies the row's present value into a slot.</summary>
    public abstract void Load(int slot);

    /// <summary>Lets go of the row: nothing more is loaded.</summary>
    public abstract void Detach();

    /// <summary>A getter of the value in the slot that <paramref name="slot"/> names when it's called.</summary>
    public abstract Delegate Getter(Func<int> slot);

    private static ValueStore CreateTyped<T>(DataViewRow row, DataViewSchema.Column column) => new ValueStore<T>(row.GetGetter<T>(column));
}

/// <summary>Copies of values that <paramref name="source"/> gives.</summary>
internal sealed class ValueStore<T>(ValueGetter<T> source) : ValueStore
{
    private T[] _values = [];
    private ValueGetter<T>? _source = source;

    public override void Load(int slot)
    {
        if (slot >= _values.Length)
            Array.Resize(ref _values, Math.Max(slot + 1, 2 * _values.Length));
        _source!(ref _values[slot]);
    }

    public override void Detach() => _source = null;

    public override Delegate Getter(Func<int> slot)
    {
        ValueCopier<T> copy = ValueCopier.Create<T>();
        return (ValueGetter<T>)((ref T value) => copy(in _values[slot()], ref value));
    }
}
