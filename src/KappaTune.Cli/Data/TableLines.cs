using System.Text;

namespace KappaTune.Cli.Data;

/// <summary>Rows as lines that TextLoader reads: separated by tabs, and quoted where that is needed.</summary>
internal sealed class TableLines(IEnumerator<string[]> rows) : TextReader
{
    public override string? ReadLine()
    {
        if (!rows.MoveNext())
            return null;
        string[] fields = rows.Current;
        var line = new StringBuilder();
        foreach ((int i, string field) in fields.Index())
        {
            if (i > 0)
                line.Append(TableFormat.Tab);
            // TextLoader would leave out spaces before a field, lines that begin as remarks do, and those that are empty.
            if ((field.Length == 0 && fields.Length == 1) || field is [' ' or '"' or '/' or '#', ..]
                || field.AsSpan().ContainsAny("\t\r\n"))
                line.Append('"').Append(field.Replace("\"", "\"\"")).Append('"');
            else
                line.Append(field);
        }

        return line.ToString();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            rows.Dispose();
        base.Dispose(disposing);
    }
}
