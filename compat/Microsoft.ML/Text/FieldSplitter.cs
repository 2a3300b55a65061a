using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Data;

/// <summary>
/// Splits lines into fields. A field that is quoted wrongly is empty, a sparse field that is none is left out; both are
/// reported and reading goes on.
/// </summary>
internal sealed class FieldSplitter
{
    private readonly TextLoader.Options _options;
    private readonly SearchValues<char> _separators;
    private readonly bool _spaceSeparates;
    private readonly StringBuilder _unescaped = new();

    public FieldSplitter(TextLoader.Options options)
    {
        _options = options;
        _separators = SearchValues.Create(options.Separators);
        _spaceSeparates = options.Separators.Contains(' ');
    }

    /// <summary>Splits a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="fields">Takes the fields.</param>
    /// <param name="needed">Splitting may stop after so many columns.</param>
    /// <param name="report">Takes what is wrong, from which character to which, the latter not included.</param>
    public void Split(string line, TextFields fields, int needed, Action<int, int, string>? report)
    {
        fields.Clear();
        int sparseBase = -1;
        int at = 0;
        while (fields.Count < needed || _options.AllowSparse)
        {
            int start = SkipSpaces(line, at);
            bool quoted = _options.AllowQuoting && start < line.Length && line[start] == '"';
            ReadOnlyMemory<char> text;
            int end;
            if (quoted)
            {
                if (!TryUnquote(line, start, out text, out end))
                    report?.Invoke(start, end, "Illegal quoting");
            }
            else
            {
                int length = line.AsSpan(start).IndexOfAny(_separators);
                end = length < 0 ? line.Length : start + length;
                text = line.AsMemory(start, end - start);
                if (_options.TrimWhitespace)
                    text = text.TrimEnd();
            }

            if (!quoted && _options.AllowSparse && IsSparseItem(text.Span, out int index, out int colon))
            {
                if (sparseBase < 0 && !TryStartSparse(fields, out sparseBase) || sparseBase + index >= fields.ColumnCount
                    || (fields.Count > 0 && fields[fields.Count - 1].Column >= sparseBase + index))
                    report?.Invoke(start, end,
                        "Bad dimensionality or ambiguous sparse item. Use sparse=- for non-sparse file, and/or quote the value.");
                else
                    AddSparse(fields, sparseBase + index, text[(colon + 1)..]);
            }
            else if (sparseBase >= 0)
            {
                report?.Invoke(start, end, "Sparse item without an index.");
            }
            else
            {
                fields.Add(fields.Count, text);
            }

            if (end >= line.Length)
                return;
            at = end + 1;
        }
    }

    private static void AddSparse(TextFields fields, int column, ReadOnlyMemory<char> value)
    {
        int columns = fields.ColumnCount;
        fields.Add(column, value.TrimStart(' '));
        fields.ColumnCount = columns;
    }

    private static bool IsSparseItem(ReadOnlySpan<char> text, out int index, out int colon)
    {
        index = 0;
        colon = text.IndexOf(':');
        return colon > 0 && int.TryParse(text[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }

    // The columns after the dense ones are as many as the field before the first sparse one says, or as the file's width leaves.
    private bool TryStartSparse(TextFields fields, out int sparseBase)
    {
        if (_options.InputSize is { } size)
        {
            sparseBase = fields.Count;
            fields.ColumnCount = size;
            return size > sparseBase;
        }

        sparseBase = -1;
        if (fields.Count == 0
            || !int.TryParse(fields[fields.Count - 1].Text.Span, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count <= 0)
            return false;
        fields.RemoveLast();
        sparseBase = fields.Count;
        fields.ColumnCount = sparseBase + count;
        return true;
    }

    private int SkipSpaces(string line, int at)
    {
        while (!_spaceSeparates && at < line.Length && line[at] == ' ')
            at++;
        return at;
    }

    private bool TryUnquote(string line, int start, out ReadOnlyMemory<char> text, out int end)
    {
        int from = start + 1;
        _unescaped.Clear();
        for (int at = from; at < line.Length; at++)
        {
            if (line[at] == _options.EscapeChar && at + 1 < line.Length && line[at + 1] == '"')
            {
                // What is escaped is the quote: the escape itself is left out.
                _unescaped.Append(line, from, at - from).Append('"');
                from = ++at + 1;
            }
            else if (line[at] == '"')
            {
                text = _unescaped.Length == 0
                    ? line.AsMemory(from, at - from)
                    : _unescaped.Append(line, from, at - from).ToString().AsMemory();
                end = SkipSpaces(line, at + 1);
                if (end == line.Length || _separators.Contains(line[end]))
                    return true;
                int rest = line.AsSpan(end).IndexOfAny(_separators);
                end = rest < 0 ? line.Length : end + rest;
                text = default;
                return false;
            }
        }

        text = default;
        end = line.Length;
        return false;
    }
}
