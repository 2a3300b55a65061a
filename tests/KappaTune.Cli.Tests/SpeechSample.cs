using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Audio;

namespace KappaTune.Cli.Tests;

/// <summary>Tones that are words, in tables, and a tiny model that learnt by the command line to hear them.</summary>
public sealed class SpeechSample : IDisposable
{
    private const int Rate = 8000;

    private readonly TemporaryFolder _folder = new();

    public SpeechSample()
    {
        Base = TinyDecoder.Write(_folder);
        WriteTable("train.tsv", 48, seed: 1);
        WriteTable("test.tsv", 12, seed: 2);
        (int exitCode, Output, Error) = Tune(
            "--epochs", "20", "--validation", this["test.tsv"], "--test", this["test.tsv"], "--output", this["model.zip"], "--json",
            this["report.json"], "--report", this["report.html"]);
        Assert.True(exitCode == 0, Error);
    }

    public string Base { get; }

    /// <summary>What tuning wrote.</summary>
    public string Output { get; }

    public string Error { get; }

    /// <summary>The path of a file.</summary>
    public string this[string name] => _folder.File(name);

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs <c>tune</c> with options by which it learns in some seconds, but for those that are given.</summary>
    public (int ExitCode, string Output, string Error) Tune(params string[] arguments)
    {
        (string Name, string Value)[] options =
        [
            ("--base", Base), ("--train", this["train.tsv"]), ("--fraction", "0.5"), ("--batch-size", "8"), ("--lr", "0.01"),
            ("--head-lr", "0.01"), ("--threads", "1"), ("--device", "cpu"), ("--sample-rate", "8000"), ("--bands", "4"),
            ("--sound-normalization", "whisper"), ("--encoder-size", "8"), ("--convolutions", "1"), ("--residual-blocks", "1"),
            ("--stacked-vectors", "2"), ("--projector-size", "16"), ("--initial-gain", "1"), ("--max-tokens", "4"),
            ("--prompt-before", "the film"), ("--prompt-after", "we think"),
        ];
        return Tool.Run(
        [
            "tune", "--task", "speech", "--raw-frames", "--no-cache", .. arguments,
            .. options.Where(option => !arguments.Contains(option.Name)).SelectMany(option => (string[])[option.Name, option.Value]),
        ]);
    }

    /// <summary>A table of files of low tones, which are good, and of high ones, which are bad; of 0.2 to 0.4 seconds.</summary>
    public void WriteTable(string name, int count, int seed)
    {
        var random = new Random(seed);
        Directory.CreateDirectory(this["tones"]);
        var lines = new List<string> { "File\tSaid" };
        for (int i = 0; i < count; i++)
        {
            string file = $"tones/{seed}-{i}.wav";
            double[] tone = WaveBytes.Tone(Rate, (i % 2 == 0 ? 300 : 2500) + random.Next(100), random.Next(1600, 3200));
            File.WriteAllBytes(this[file], WaveBytes.Of(Rate, tone));
            lines.Add($"{file}\t{(i % 2 == 0 ? "Good" : "Bad")}");
        }

        File.WriteAllLines(this[name], lines);
    }
}
