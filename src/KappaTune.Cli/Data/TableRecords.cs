using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace KappaTune.Cli.Data;

/// <summary>The records of a file, one after another: lines, or what RFC 4180 makes of quotes. The first names the columns.</summary>
internal sealed class TableRecords : IDisposable
{
    // A code that Unicode keeps free, in place of bytes that aren't UTF-8: so that the line they are in is known.
    private const char Undecodable = '\ufdd0';

    private static readonly Encoding Utf8 = Encoding.GetEncoding(
        Encoding.UTF8.WebName, EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(Undecodable.ToString()));

    private readonly string _name;
    private readonly TableFormat _format;
    private readonly CsvParser _parser;
    private int _columns;
    private string? _joined;

    /// <param name="name">The file, as messages begin.</param>
    /// <param name="stream">What is in it, which is disposed with this.</param>
    public TableRecords(string name, Stream stream, TableFormat format)
    {
        _name = name;
        _format = format;
        _parser = new(new StreamReader(stream, Utf8), new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = format.Separator.ToString(),
            Mode = format.Quoted ? CsvMode.RFC4180 : CsvMode.NoEscape,
            // A quote within a field that has none at its ends is text; but rows that a quote without a partner joined aren't one.
            BadDataFound = found => _joined ??= Lines(found.Field) > 0 ? found.Field : null,
        });
    }

    /// <summary>The next record; null behind the last one.</summary>
    /// <exception cref="TableException">It has more or fewer fields than the first, isn't UTF-8, or a quote isn't closed.</exception>
    public string[]? Read()
    {
        while (_parser.Read())
        {
            string raw = _parser.RawRecord;
            if (IsLeftOut(raw))
                continue;
            _joined = null;
            string[] fields = _parser.Record!;
            Check(raw);
            if (_columns == 0)
                _columns = fields.Length;
            else if (fields.Length != _columns)
                throw WrongCount(fields.Length, raw);
            return _format.IsTsv ? Array.ConvertAll(fields, field => field.TrimStart(' ')) : fields;
        }

        return null;
    }

    /// <summary>Those behind the ones that were read; disposes this at the end.</summary>
    public IEnumerable<string[]> Rest()
    {
        using (this)
        {
            while (Read() is { } fields)
                yield return fields;
        }
    }

    public void Dispose() => _parser.Dispose();

    /// <summary>What TextLoader leaves out: remarks, and the lines before the first row in which ML.NET describes columns.</summary>
    private bool IsLeftOut(string raw) =>
        _format.IsTsv
        && (raw.StartsWith("//", StringComparison.Ordinal) || (_columns == 0 && raw.StartsWith("#@", StringComparison.Ordinal)));

    private void Check(string raw)
    {
        if (_columns == 0 && raw.Contains('\0'))
            throw Problem(FirstLine(raw), "holds zero bytes, as UTF-16 does", "Convert the file: iconv -f UTF-16LE -t UTF-8 FILE > NEW");
        if (raw.IndexOf(Undecodable) is var place and >= 0)
        {
            int line = FirstLine(raw) + Lines(raw[..place]);
            throw Problem(line, "isn't UTF-8", "Convert the file: iconv -f LATIN1 -t UTF-8 FILE > NEW, where LATIN1 is what it is in");
        }

        if (_format.Quoted && OpenQuote(raw) is { } open)
            // All that follows, empty lines too, is within the field.
            throw Unclosed(_parser.RawRow - Lines(raw[open..]));
        // Where another field's quote seems to close it, that field's text follows.
        if (_joined is not null)
            throw Unclosed(FirstLine(raw) + Lines(raw[..raw.IndexOf(_joined, StringComparison.Ordinal)]));
    }

    /// <summary>Where the field begins whose quote is still open at the end; null for none.</summary>
    private int? OpenQuote(string raw)
    {
        int begin = 0;
        bool isOpen = false;
        for (int i = 0; i < raw.Length; i++)
        {
            char c = raw[i];
            // Two within quotes are one that is text.
            if (c == '"' && isOpen && i + 1 < raw.Length && raw[i + 1] == '"')
                i++;
            else if (c == '"')
                isOpen = !isOpen && i == begin;
            else if (!isOpen && (c == _format.Separator || c is '\r' or '\n'))
                begin = i + 1;
        }

        return isOpen ? begin : null;
    }

    /// <summary>The line that a record begins in.</summary>
    private int FirstLine(string raw) => _parser.RawRow - Lines(raw.TrimEnd('\r', '\n'));

    private static int Lines(string text) => text.AsSpan().Count('\n') + text.Replace("\r\n", "\n").AsSpan().Count('\r');

    private TableException Unclosed(int line) =>
        Problem(line, "a double quote opens a field and none closes it", "Close it, or double it where it is text");

    private TableException WrongCount(int count, string raw)
    {
        string remedy = count < _columns ? "Give each row a field for each column, if only an empty one"
            : _format.Quoted ? $"Put a field that holds a {_format.SeparatorName} into double quotes"
            : "Take the tab out of the text, or put the field into double quotes and give --quoted";
        return Problem(
            FirstLine(raw),
            $"{count} field{(count == 1 ? "" : "s")}, where the first line names {_columns} column{(_columns == 1 ? "" : "s")}",
            remedy);
    }

    private TableException Problem(int line, string problem, string remedy) =>
        new($"{_name}, line {NumberText.Count(line)}: {problem}. {remedy}.");
}

/// <summary>A file of rows isn't as it must be; the message names the file, the line and a remedy.</summary>
internal sealed class TableException(string message) : FormatException(message);
