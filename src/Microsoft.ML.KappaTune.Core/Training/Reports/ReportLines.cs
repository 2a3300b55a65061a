namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>A report's lines of a name and a value, of at most 80 columns.</summary>
internal static class ReportLines
{
    public const int Width = 80;

    /// <summary>The column where values begin.</summary>
    public const int Indent = 14;

    /// <summary>What may not lose its end goes on in further lines, between words where it can.</summary>
    public static void Lines(StringBuilder text, string name, string value)
    {
        const int Room = Width - Indent;
        string rest = PlainText.OneLine(value);
        while (rest.Length > Room)
        {
            int space = rest.LastIndexOf(' ', Room);
            int end = space > 0 ? space : Room;
            Line(text, name, rest[..end]);
            (name, rest) = ("", rest[end..].TrimStart());
        }

        Line(text, name, rest);
    }

    /// <summary>Names come from data and folders that may hold anything; too long a line loses its end.</summary>
    public static void Line(StringBuilder text, string name, string value)
    {
        string line = name.PadRight(Indent) + PlainText.OneLine(value);
        text.Append(line.Length <= Width ? line : line[..(Width - 1)] + "…").Append('\n');
    }
}
