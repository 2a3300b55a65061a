namespace Microsoft.ML.KappaTune.Rows;

/// <summary>
/// Copies of one column's values, a slot a row: what rows leave behind when their cursor has to move on before they are asked for.
/// </summary>
internal abstract class ColumnBuffer
{
    /// <summary>An empty buffer for a column of the row.</summary>
    public static ColumnBuffer Create(DataViewRow row, DataViewSchema.Column column)
    {
        Type raw = column.Type.RawType;
        Type buffer = raw.IsGenericType && raw.GetGenericTypeDefinition() == typeof(VBuffer<>)
            ? typeof(VectorBuffer<>).MakeGenericType(raw.GenericTypeArguments)
            : typeof(ColumnBuffer<>).MakeGenericType(raw);
        return (ColumnBuffer)Activator.CreateInstance(buffer, row, column)!;
    }

    /// <summary>Copies the row's value into a slot.</summary>
    public abstract void Load(int slot);

    /// <summary>A getter of the value in the slot that <paramref name="slot"/> names when it is called.</summary>
    public abstract Delegate CreateGetter(Func<int> slot);
}

/// <inheritdoc/>
internal class ColumnBuffer<T> : ColumnBuffer
{
    private readonly ValueGetter<T> _source;
    private T[] _values = [];

    public ColumnBuffer(DataViewRow row, DataViewSchema.Column column) : this(row.GetGetter<T>(column))
    {
    }

    public ColumnBuffer(ValueGetter<T> source) => _source = source;

    public ref T this[int slot] => ref _values[slot];

    public override void Load(int slot)
    {
        if (slot >= _values.Length)
            Array.Resize(ref _values, Math.Max(slot + 1, 2 * _values.Length));
        _source(ref _values[slot]);
    }

    public override Delegate CreateGetter(Func<int> slot) => (ValueGetter<T>)((ref T value) => Copy(in _values[slot()], ref value));

    protected virtual void Copy(in T source, ref T destination) => destination = source;
}

/// <summary>Vectors, which share their memory when they are assigned, and so are copied.</summary>
internal sealed class VectorBuffer<TItem>(DataViewRow row, DataViewSchema.Column column) : ColumnBuffer<VBuffer<TItem>>(row, column)
{
    protected override void Copy(in VBuffer<TItem> source, ref VBuffer<TItem> destination) => source.CopyTo(ref destination);
}
