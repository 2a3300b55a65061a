namespace Microsoft.ML.Data;

/// <summary>The fields of one line: at first dense ones, then, in a sparse line, ones with their column's index.</summary>
internal sealed class TextFields
{
    private readonly List<(int Column, ReadOnlyMemory<char> Text)> _fields = [];

    /// <summary>How many fields there are.</summary>
    public int Count => _fields.Count;

    /// <summary>The number of columns of the line, those that a sparse line leaves out included.</summary>
    public int ColumnCount { get; set; }

    public (int Column, ReadOnlyMemory<char> Text) this[int index] => _fields[index];

    public void Clear()
    {
        _fields.Clear();
        ColumnCount = 0;
    }

    public void Add(int column, ReadOnlyMemory<char> text)
    {
        _fields.Add((column, text));
        ColumnCount = Math.Max(ColumnCount, column + 1);
    }

    /// <summary>Takes the last field away.</summary>
    public ReadOnlyMemory<char> RemoveLast()
    {
        ReadOnlyMemory<char> text = _fields[^1].Text;
        _fields.RemoveAt(_fields.Count - 1);
        ColumnCount = _fields.Count;
        return text;
    }

    /// <summary>The text of a column; empty where the line doesn't have it.</summary>
    public ReadOnlyMemory<char> Get(int column)
    {
        // Fields are in order of columns, and in a dense line each is at its column's place.
        if (column < _fields.Count && _fields[column].Column == column)
            return _fields[column].Text;
        int low = 0;
        int high = Math.Min(column, _fields.Count) - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (_fields[middle].Column == column)
                return _fields[middle].Text;
            if (_fields[middle].Column < column)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return default;
    }
}
