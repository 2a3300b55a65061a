using Microsoft.ML;

namespace KappaTune.Cli.Data;

/// <summary>The labels of a file, as they stand in it.</summary>
internal sealed class LabelColumn
{
    private readonly TableFile _file;
    private readonly string _name;

    // The first row of each, from 1.
    private readonly Dictionary<string, long> _labels = new(StringComparer.Ordinal);

    private LabelColumn(TableFile file, string name)
    {
        _file = file;
        _name = name;
    }

    /// <summary>All rows, those without a label among them.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows without a label.</summary>
    public long Missing { get; private set; }

    public IReadOnlyCollection<string> Classes => _labels.Keys;

    /// <param name="column">The name that the labels have in the rows.</param>
    /// <param name="name">The name that they have in the file.</param>
    /// <exception cref="FormatException">There are no rows, or none has a label.</exception>
    public static LabelColumn Read(TableFile file, IDataView data, string column, string name, CancellationToken cancellationToken)
    {
        var labels = new LabelColumn(file, name);
        using (DataViewRowCursor cursor = data.GetRowCursor([data.Schema[column]]))
        {
            ValueGetter<ReadOnlyMemory<char>> getter = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema[column]);
            ReadOnlyMemory<char> label = default;
            while (cursor.MoveNext())
            {
                cancellationToken.ThrowIfCancellationRequested();
                getter(ref label);
                labels.Add(label.ToString());
            }
        }

        if (labels.Rows == 0)
            throw new FormatException($"{file.Name} has no rows below its first line, which names the columns. Add some.");
        if (labels.Classes.Count == 0)
            throw labels.Problem("every row's label is empty", "Name the column that holds labels with --label.");
        return labels;
    }

    /// <exception cref="FormatException">All labels are the same.</exception>
    public void RequireSeveral()
    {
        if (Classes.Count == 1)
            throw Problem($"every label is \"{Classes.Single()}\"", "Add rows of other classes: there's nothing to tell apart.");
    }

    /// <exception cref="FormatException">A label isn't among the classes.</exception>
    public void RequireAmong(IReadOnlyCollection<string> classes, string remedy)
    {
        HashSet<string> known = [.. classes];
        foreach ((string label, long first) in _labels.OrderBy(label => label.Value))
        {
            if (!known.Contains(label))
                throw Problem($"the label of row {NumberText.Count(first)}, \"{label}\", is none of {PlainText.List(classes)}", remedy);
        }
    }

    private void Add(string label)
    {
        Rows++;
        if (label.Length == 0)
            Missing++;
        else
            _labels.TryAdd(label, Rows);
    }

    private FormatException Problem(string problem, string remedy) =>
        new(PlainText.OneLine($"{_file.Name}, column \"{_name}\": {problem}. {remedy}"));
}
