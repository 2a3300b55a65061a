using System.Text;

namespace KappaTune.Cli.Data;

/// <summary>Records as lines that TextLoader reads: separated by tabs, and quoted where that is needed.</summary>
internal sealed class TableLines(TableRecords records) : TextReader
{
    public override string? ReadLine()
    {
        if (records.Read() is not { } fields)
            return null;
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
            records.Dispose();
        base.Dispose(disposing);
    }
}
