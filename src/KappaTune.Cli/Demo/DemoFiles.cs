using System.Text.Json;
using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune.IO;

namespace KappaTune.Cli.Demo;

/// <summary>What the demo reads, and where it writes.</summary>
/// <param name="Folder">Where results go; made where it isn't there.</param>
internal sealed record DemoFiles(string Folder)
{
    private const string KindField = "kind", Kind = "demo";

    public string Train => Path.Combine(Folder, "train.tsv");

    public string Test => Path.Combine(Folder, "test.tsv");

    public string Model => Path.Combine(Folder, "model.zip");

    public string Report => Path.Combine(Folder, "report.html");

    /// <summary>What another process finds the model to do.</summary>
    public string Evaluation => Path.Combine(Folder, "evaluation.json");

    /// <summary>What an earlier demo left: the hashes of its files, or none while one runs or where one was stopped.</summary>
    private string Record => Path.Combine(Folder, "demo.json");

    private string[] All => [Train, Test, Model, Report, Evaluation];

    private IEnumerable<string> Names => All.Select(file => Path.GetFileName(file));

    /// <summary>Sees to it that the demo replaces nothing but what an earlier one left.</summary>
    /// <exception cref="UnusableFileException">A file is somebody's own.</exception>
    public void Check()
    {
        IReadOnlyDictionary<string, string?>? earlier = ReadRecord();
        if (earlier is null && Path.Exists(Record))
            throw NotOurs(Record);
        foreach (string file in All.Where(Path.Exists))
        {
            bool isKnown = earlier?.TryGetValue(Path.GetFileName(file), out string? hash) == true && (hash is null || hash == HashOf(file));
            if (!isKnown)
                throw NotOurs(file);
        }
    }

    /// <summary>Records that a demo runs, whose files the next one may replace if this one is stopped.</summary>
    public void Begin()
    {
        Directory.CreateDirectory(Folder);
        WriteRecord(_ => null);
    }

    /// <summary>Remembers what the files are, so that the next demo may replace these, but not what somebody puts in their place.</summary>
    public void End() => WriteRecord(HashOf);

    /// <summary>What an earlier demo recorded; null where there is nothing, or another program's file of that name.</summary>
    private IReadOnlyDictionary<string, string?>? ReadRecord()
    {
        try
        {
            Dictionary<string, string?>? record =
                File.Exists(Record) ? JsonSerializer.Deserialize<Dictionary<string, string?>>(File.ReadAllText(Record)) : null;
            // Earlier demos' lists don't say their kind.
            bool isOurs = record?.GetValueOrDefault(KindField, Kind) == Kind
                && record!.Keys.ToHashSet().SetEquals([.. Names, .. record.Keys.Where(key => key == KindField)]);
            return isOurs ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void WriteRecord(Func<string, string?> hash)
    {
        Dictionary<string, string?> record = new(All.ToDictionary(file => Path.GetFileName(file), hash)) { [KindField] = Kind };
        OutputFile.Write(Record, JsonSerializer.Serialize(record) + "\n");
    }

    private static UnusableFileException NotOurs(string file) =>
        new($"{file} isn't what an earlier demo left there, and would be overwritten. Name another folder with --output.");

    private static string HashOf(string file) => Convert.ToHexString(FileHash.Compute(file));

    /// <summary>Splits the tickets as their file says, into files with what a program reads of them.</summary>
    public void WriteTickets()
    {
        const int SplitPlace = 2;
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
