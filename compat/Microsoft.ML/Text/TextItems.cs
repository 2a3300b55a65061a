namespace Microsoft.ML.Data;

/// <summary>Reads single values of a column's item type.</summary>
internal sealed class TextItems<T>
{
    private readonly string _name;
    private readonly TryParseText<T> _parse;
    private readonly T _missing;
    private readonly bool _refusesEmpty;

    public TextItems(TextLayoutColumn layout, TextLoader.Options options)
    {
        _name = layout.Name;
        _parse = (TryParseText<T>)TextValues.Parser(layout.ItemType, options.DecimalMarker);
        bool isReal = typeof(T) == typeof(float) || typeof(T) == typeof(double);
        _missing = options.MissingRealsAsNaNs && isReal ? (T)Convert.ChangeType(float.NaN, typeof(T)) : default!;
        // Where empty reals are NaN, empty integers have nothing to be: they're refused like any text that is none.
        _refusesEmpty = options.MissingRealsAsNaNs && !isReal && layout.ItemType is NumberDataViewType;
    }

    public T Read(TextFields fields, int column, long lineNumber)
    {
        ReadOnlyMemory<char> text = fields.Get(column);
        if (text.IsEmpty && !(_refusesEmpty && column < fields.ColumnCount))
            return _missing;
        T value = _missing;
        if (text.IsEmpty || !_parse(text, out value))
            throw Contracts.Except($"Could not parse value {text} in line {lineNumber}, column {_name}");
        return value;
    }
}
