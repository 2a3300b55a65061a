using System.Text;
using KappaTune.Tool.Output;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace KappaTune.Tool.Data;

/// <summary>
/// A file of tab-separated columns, named in its first line, and read as ML.NET's TextLoader reads it: spaces before a field go, empty
/// lines and lines that start with <c>//</c> are left out.
/// </summary>
internal sealed class TsvFile
{
    private readonly string? _path;
    private readonly string _option;
    private readonly bool _quoted;
    private readonly TextReader? _rest;

    private TsvFile(string option, string? path, bool quoted, TextReader reader)
    {
        _option = option;
        _path = path;
        _quoted = quoted;
        _rest = path is null ? reader : null;
        string header = Header(reader)
            ?? throw new FormatException($"{Name} is empty: its first line must name its columns, with a tab between two.");
        Columns = Fields(header, quoted);
    }

    /// <summary>The columns' names, in order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The option and the file, as messages begin.</summary>
    public string Name => $"{_option} {(_path is null ? "standard input" : Words.OneLine(_path))}";

    /// <summary>Opens a file and reads the names of its columns.</summary>
    /// <param name="option">The option that named the file, for messages.</param>
    /// <param name="path">The file.</param>
    /// <param name="quoted">Whether fields in double quotes may hold tabs and line breaks.</param>
    /// <exception cref="FormatException">There's nothing in it.</exception>
    public static TsvFile Open(string option, string path, bool quoted)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        return new TsvFile(option, path, quoted, reader);
    }

    /// <summary>Reads the names of standard input's columns; its rows are there once.</summary>
    /// <inheritdoc cref="Open"/>
    public static TsvFile OpenInput(string option, bool quoted) =>
        new(option, null, quoted, new StreamReader(Console.OpenStandardInput(), Encoding.UTF8));

    /// <summary>The place of a column.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="remedy">What to do where it isn't there: a sentence.</param>
    /// <exception cref="FormatException">It isn't there, or is there twice.</exception>
    public int IndexOf(string column, string remedy)
    {
        int[] places = [.. Columns.Index().Where(c => c.Item == column).Select(c => c.Index)];
        return places.Length == 1
            ? places[0]
            : throw new FormatException(Words.OneLine(
                $"{Name} has {(places.Length == 0 ? "no column" : "two columns named")} \"{column}\". "
                + $"Its columns are: {Words.List(Columns)}. {remedy}"));
    }

    /// <summary>The rows, with these columns. A place behind the file's last column is one without values.</summary>
    public IDataView Load(MLContext mlContext, IEnumerable<TextLoader.Column> columns)
    {
        var options = new TextLoader.Options
        {
            Columns = [.. columns],
            // What is left of standard input has no header any more.
            HasHeader = _rest is null,
            AllowQuoting = _quoted,
            ReadMultilines = _quoted,
        };
        return mlContext.Data.CreateTextLoader(options).Load(new TsvSource(_path, _rest));
    }

    /// <summary>The first line that TextLoader doesn't leave out.</summary>
    private static string? Header(TextReader reader)
    {
        bool atStart = true;
        while (reader.ReadLine() is { } line)
        {
            atStart = atStart && line.StartsWith("#@", StringComparison.Ordinal);
            if (line.Length > 0 && !atStart && !line.StartsWith("//", StringComparison.Ordinal))
                return line;
        }

        return null;
    }

    private static string[] Fields(string header, bool quoted) => Array.ConvertAll(header.Split('\t'), field =>
    {
        string name = field.TrimStart(' ');
        return quoted && name is ['"', .., '"'] ? name[1..^1].Replace("\"\"", "\"") : name;
    });
}
