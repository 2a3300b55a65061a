using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Cli.Data;

/// <summary>A file of rows whose columns are named in its first line. Empty lines are left out.</summary>
internal sealed class TableFile
{
    private readonly Func<IEnumerable<string[]>> _open;

    private TableFile(string name, TableFormat format, TableRecords records, Func<IEnumerable<string[]>> open, bool arrives = false)
    {
        Name = name;
        Format = format;
        _open = open;
        Arrives = arrives;
        Columns = records.Read()
            ?? throw new FormatException(
                $"{Name} is empty: its first line must name its columns, with a {format.SeparatorName} between two.");
    }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>The option and the file, as messages begin.</summary>
    public string Name { get; }

    public TableFormat Format { get; }

    /// <summary>Whether it is a stream, whose rows come when they come.</summary>
    public bool Arrives { get; }

    /// <summary>Opens a file and reads the names of its columns.</summary>
    /// <param name="option">The option that named the file, for messages.</param>
    /// <exception cref="FormatException">There's nothing in it.</exception>
    public static TableFile Open(string option, string path, TableFormat format)
    {
        string name = $"{option} {PlainText.OneLine(path)}";
        using TableRecords records = Read();
        return new(name, format, records, () =>
        {
            TableRecords rows = Read();
            rows.Read();
            return rows.Rest();
        });

        TableRecords Read() => new(name, File.OpenRead(path), format);
    }

    /// <summary>Reads the names of the columns of a stream, whose rows are there once.</summary>
    /// <inheritdoc cref="Open"/>
    public static TableFile OpenOnce(string option, string source, Stream stream, TableFormat format)
    {
        string name = $"{option} {PlainText.OneLine(source)}";
        var records = new TableRecords(name, stream, format);
        return new(name, format, records, records.Rest, arrives: !stream.CanSeek);
    }

    /// <param name="remedy">What to do where it isn't there: a sentence.</param>
    /// <exception cref="FormatException">It isn't there, or is there twice.</exception>
    public int IndexOf(string column, string remedy)
    {
        int[] places = [.. Columns.Index().Where(c => c.Item == column).Select(c => c.Index)];
        return places.Length == 1
            ? places[0]
            : throw new FormatException(PlainText.OneLine(
                $"{Name} has {(places.Length == 0 ? "no column" : "two columns named")} \"{column}\". "
                + $"Its columns are: {PlainText.List(Columns).TrimEnd('.')}. {OtherSeparator() ?? remedy}"));
    }

    /// <summary>The rows, with these columns. A place behind the file's last column is one without values.</summary>
    public IDataView Load(MLContext mlContext, IEnumerable<TextLoader.Column> columns) =>
        Loader(mlContext, columns).Load(new TableSource(_open));

    /// <summary>The rows in portions: all of a file, or what has arrived of a stream's.</summary>
    /// <inheritdoc cref="Load"/>
    public IEnumerable<IDataView> LoadPortions(
        MLContext mlContext, IEnumerable<TextLoader.Column> columns, CancellationToken cancellationToken)
    {
        TextLoader loader = Loader(mlContext, columns);
        return Arrives
            ? ArrivingRows.Portions(_open(), cancellationToken).Select(rows => loader.Load(new TableSource(() => rows)))
            : [loader.Load(new TableSource(_open))];
    }

    private static TextLoader Loader(MLContext mlContext, IEnumerable<TextLoader.Column> columns) =>
        mlContext.Data.CreateTextLoader(new TextLoader.Options { Columns = [.. columns], AllowQuoting = true });

    /// <summary>What to do about a file whose only column looks like several.</summary>
    private string? OtherSeparator()
    {
        if (Columns.Count != 1)
            return null;
        TableFormat[] others = [new(TableFormat.Comma, true), new(';', true), new(TableFormat.Tab, false)];
        TableFormat likely = others.FirstOrDefault(other => other.Separator != Format.Separator && Columns[0].Contains(other.Separator));
        return likely == default ? null : $"This looks {likely.SeparatorName}-separated: give --separator {likely.SeparatorName}.";
    }
}

/// <summary>The rows of one table, for TextLoader.</summary>
internal sealed class TableSource(Func<IEnumerable<string[]>> open) : IMultiStreamSource
{
    public int Count => 1;

    public string GetPathOrNull(int index) => null!;

    public Stream Open(int index) => throw new NotSupportedException("The rows are read as lines.");

    public TextReader OpenTextReader(int index) => new TableLines(open().GetEnumerator());
}
