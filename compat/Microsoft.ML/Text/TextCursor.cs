using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Moves over lines, and parses the active columns of each.</summary>
internal sealed class TextCursor : CursorBase
{
    private readonly IHost _host;
    private readonly TextLoader.Options _options;
    private readonly TextColumn?[] _columns;
    private readonly int _needed;
    private readonly IEnumerator<TextLine> _lines;
    private readonly TextParseStats _stats;
    private readonly FieldSplitter _splitter;
    private readonly TextFields _fields = new();
    private readonly Action<int, int, string> _report;
    private TextLine _line;

    public TextCursor(
        IHost host, TextLoader.Options options, TextLayoutColumn[] columns, DataViewSchema schema, bool[] active,
        IEnumerator<TextLine> lines)
        : base(schema, active)
    {
        _host = host;
        _options = options;
        _lines = lines;
        _columns = [.. columns.Select((column, i) => active[i] ? TextColumn.Create(column, options) : null)];
        _needed = columns.Where((_, i) => active[i]).SelectMany(column => column.Sources).DefaultIfEmpty(-1).Max() + 1;
        _splitter = new FieldSplitter(options);
        _stats = new TextParseStats(host);
        _report = (from, to, problem) => _stats.FormatError(_line, from, to, problem);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) =>
    {
        Contracts.Check(Position >= 0, "Cannot call ID getter in current state");
        id = new DataViewRowId((ulong)Position, 0);
    };

    protected override Delegate GetGetterCore<TValue>(DataViewSchema.Column column) => _columns[column.Index]!.Getter;

    protected override bool MoveNextCore()
    {
        if (Position + 1 >= _options.MaxRows)
            return false;
        try
        {
            if (!_lines.MoveNext())
                return false;
            _line = _lines.Current;
            _splitter.Split(_line.Text, _fields, _needed, _report);
            foreach (TextColumn? column in _columns)
                column?.Read(_fields, _line.Number);
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException or IOException)
        {
            throw _host.ExceptDecode(error, $"Parsing failed with an exception: {error.Message}");
        }

        _stats.CountRow();
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _lines.Dispose();
            _stats.Dispose();
        }

        base.Dispose(disposing);
    }
}
