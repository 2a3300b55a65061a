namespace Microsoft.ML.Data;

/// <summary>The value of one loaded column in the current line.</summary>
internal abstract class TextColumn
{
    /// <summary>The getter of the value.</summary>
    public abstract Delegate Getter { get; }

    /// <summary>Parses the value out of a line; InvalidOperationException where the text holds none.</summary>
    public abstract void Read(TextFields fields, long lineNumber);

    /// <summary>Makes the column of a layout.</summary>
    public static TextColumn Create(TextLayoutColumn layout, TextLoader.Options options) =>
        Generic.Invoke<TextColumn>(CreateTyped<int>, layout.ItemType.RawType, layout, options);

    private static TextColumn CreateTyped<T>(TextLayoutColumn layout, TextLoader.Options options)
    {
        var items = new TextItems<T>(layout, options);
        return layout.IsVector ? new TextVectorColumn<T>(items, layout.Sources) : new TextScalarColumn<T>(items, layout.Sources[0]);
    }
}

/// <summary>A column of single values.</summary>
internal sealed class TextScalarColumn<T>(TextItems<T> items, int source) : TextColumn
{
    private T _value = default!;

    public override Delegate Getter => (ValueGetter<T>)((ref T value) => value = _value);

    public override void Read(TextFields fields, long lineNumber) => _value = items.Read(fields, source, lineNumber);
}

/// <summary>A column of vectors.</summary>
internal sealed class TextVectorColumn<T>(TextItems<T> items, int[] sources) : TextColumn
{
    private readonly T[] _values = new T[sources.Length];

    public override Delegate Getter =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => VBuffer<T>.Copy(_values, 0, ref value, _values.Length));

    public override void Read(TextFields fields, long lineNumber)
    {
        for (int i = 0; i < sources.Length; i++)
            _values[i] = items.Read(fields, sources[i], lineNumber);
    }
}
