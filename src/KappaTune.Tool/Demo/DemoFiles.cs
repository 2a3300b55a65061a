using KappaTune.Tool.Output;

namespace KappaTune.Tool.Demo;

/// <summary>What the demo reads, and where it writes.</summary>
/// <param name="Folder">Where results go; made where it isn't there.</param>
internal sealed record DemoFiles(string Folder)
{
    /// <summary>Passages of public-domain books that the embedded model wasn't trained on.</summary>
    public static string ControlText => Sample("held-out-books.txt");

    public string Train => Path.Combine(Folder, "train.tsv");

    public string Test => Path.Combine(Folder, "test.tsv");

    public string Model => Path.Combine(Folder, "model.zip");

    public string Report => Path.Combine(Folder, "report.html");

    /// <summary>What another process finds the model to do.</summary>
    public string Evaluation => Path.Combine(Folder, "evaluation.json");

    /// <summary>Splits the tickets as their file says, into files with what a program reads of them.</summary>
    public void WriteTickets()
    {
        const int SplitPlace = 2;
        Directory.CreateDirectory(Folder);
        string[][] rows = [.. File.ReadLines(Sample("support-tickets.tsv")).Select(line => line.Split('\t'))];
        foreach ((string split, string file) in (ReadOnlySpan<(string, string)>)[("train", Train), ("test", Test)])
        {
            IEnumerable<string[]> chosen = rows.Where((row, i) => i == 0 || row[SplitPlace] == split);
            OutputFile.Write(file, string.Concat(chosen.Select(row => $"{row[0]}\t{row[1]}\n")));
        }
    }

    /// <summary>A file of samples/data, which lies beside the tool.</summary>
    private static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "samples", "data", name);
}
