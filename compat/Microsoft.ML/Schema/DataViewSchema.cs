using System.Collections;
using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>
/// The columns of a data view, in order. Names need not be unique: the last column of a name is the one that the name
/// finds, the ones before it are hidden.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class DataViewSchema : IReadOnlyList<DataViewSchema.Column>
{
    private readonly Column[] _columns;
    private readonly Dictionary<string, int> _byName;

    private DataViewSchema(IReadOnlyList<DetachedColumn> columns)
    {
        _byName = new Dictionary<string, int>(columns.Count, StringComparer.Ordinal);
        for (int i = 0; i < columns.Count; i++)
            _byName[columns[i].Name] = i;
        _columns = new Column[columns.Count];
        for (int i = 0; i < columns.Count; i++)
            _columns[i] = new Column(columns[i].Name, i, _byName[columns[i].Name] != i, columns[i].Type, columns[i].Annotations);
    }

    /// <summary>The number of columns, hidden ones included.</summary>
    public int Count => _columns.Length;

    /// <summary>The column that <paramref name="name"/> finds; ArgumentOutOfRangeException where there's none.</summary>
    public Column this[string name]
    {
        get
        {
            Contracts.CheckValue(name, nameof(name));
            return _byName.TryGetValue(name, out int index)
                ? _columns[index]
                : throw Contracts.ExceptParam(nameof(name), $"Column '{name}' not found");
        }
    }

    /// <summary>The column at <paramref name="columnIndex"/>.</summary>
    public Column this[int columnIndex]
    {
        get
        {
            if ((uint)columnIndex >= (uint)_columns.Length)
                throw new ArgumentOutOfRangeException(nameof(columnIndex));
            return _columns[columnIndex];
        }
    }

    /// <summary>The column that <paramref name="name"/> finds, or null.</summary>
    public Column? GetColumnOrNull(string name)
    {
        Contracts.CheckValue(name, nameof(name));
        return _byName.TryGetValue(name, out int index) ? _columns[index] : null;
    }

    /// <inheritdoc/>
    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"{Count} columns";
}
