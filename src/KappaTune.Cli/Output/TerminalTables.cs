using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>Lines and tables on the terminal.</summary>
internal sealed class TerminalTables(TextWriter writer) : ITableWriter
{
    public const int NameWidth = 29;

    public bool IsNarrow => true;

    public void WriteLine(string text) => writer.WriteLine(text);

    public void WriteTable(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn(headings[0]);
        foreach (string heading in headings.Skip(1))
            table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right, NoWrap = true, Padding = new(0, 1) });
        foreach (IReadOnlyList<string> row in rows)
            table.AddRow(row.Skip(1).Prepend(PlainText.Shorten(row[0], NameWidth)).Select(cell => new Text(cell)));
        Screen.On(writer).Write(table);
    }
}
