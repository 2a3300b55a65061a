namespace KappaTune.Cli.Output;

/// <summary>Lines, as items of a list, and tables as Markdown, to be pasted where that is read.</summary>
internal sealed class MarkdownTables : ITableWriter
{
    // What would be read as a mark otherwise, in names from files that anyone may have written.
    private const string Marks = "\\`*_[]<>|#~&$";

    private readonly List<string> _lines = [];

    public bool IsNarrow => false;

    /// <summary>All that was written.</summary>
    public override string ToString() => string.Concat(_lines.Select(line => $"{line}\n"));

    public void WriteHeading(string text) => _lines.AddRange([$"# {Plain(text)}", ""]);

    public void WriteLine(string text) =>
        _lines.Add($"- {Plain(string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)))}");

    public void WriteTable(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        _lines.AddRange(["", Row(headings.Select(Plain)), Row(headings.Select((_, column) => column == 0 ? "---" : "---:"))]);
        _lines.AddRange(rows.Select(row => Row(row.Select(Plain))));
        _lines.Add("");
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Plain(string text) =>
        string.Concat(PlainText.OneLine(text).Select(c => Marks.Contains(c) ? $"\\{c}" : $"{c}"));
}
