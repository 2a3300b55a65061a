using System.Runtime.CompilerServices;

/// <summary>Files of labelled texts: tab-separated, with a header, the label first.</summary>
internal static class Corpus
{
    /// <summary>The folder of data sets: the argument, else <c>KAPPATUNE_DATA</c>, else <c>../shared/data</c> beside the clone.</summary>
    public static string Folder(string? argument)
    {
        string folder = argument ?? Environment.GetEnvironmentVariable("KAPPATUNE_DATA")
            ?? Path.GetFullPath(Path.Combine(Here(), "../../../shared/data"));
        return Directory.Exists(folder) ? folder : throw new DirectoryNotFoundException(
            $"There is no folder {folder}: pass the folder of data sets with --data, or set KAPPATUNE_DATA.");
    }

    public static TextRow[] Read(string file) => [.. File.ReadLines(file).Skip(1).Select(line => line.Split('\t'))
        .Where(columns => columns.Length >= 2).Select(columns => new TextRow { Label = columns[0], Text = columns[1] })];

    /// <summary>So many rows, evenly spread over all: the lengths are mixed as in the whole.</summary>
    public static TextRow[] Sample(TextRow[] rows, int count) => count >= rows.Length
        ? rows
        : [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Length / count)])];

    public static void Write(string file, IEnumerable<TextRow> rows) =>
        File.WriteAllLines(file, rows.Select(row => $"{row.Label}\t{row.Text}").Prepend("Label\tText"));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
