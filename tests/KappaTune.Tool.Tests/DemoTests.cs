using System.Text.Json;
using KappaTune.Tool.Demo;
using Microsoft.ML;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Reports;

namespace KappaTune.Tool.Tests;

/// <summary>The demo on a tiny base model, which knows hardly a word of the tickets.</summary>
public sealed class DemoTests(DemoTests.Done done) : IClassFixture<DemoTests.Done>
{
    [Fact]
    public void It_shows_what_was_learnt_and_what_was_kept()
    {
        string[] lines = done.Output.TrimEnd().Split('\n');
        Assert.Equal(Enumerable.Range(1, 7).Select(step => $"[{step}/7]"), lines.Where(line => line.StartsWith('[')).Select(line => line[..5]));
        Assert.All(lines.Where(line => !line.Contains(done.Out)), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.Contains("Selected: ") && line.Contains("lowest"));
        Assert.Matches(@"of all +[0-9.]+ % +100 % +[0-9.]+ %", done.Output);
        Assert.Matches(@"Words guessed after +[0-9.]+ % +[0-9.]+ % +[0-9.]+ %", done.Output);
        Assert.Contains(lines, line => line.StartsWith("Another process loaded it"));
        // Six test tickets, and the two that were typed.
        Assert.Equal(8, lines.Count(line => line.StartsWith("    → ")));
        Assert.Contains("  My lamp is dark  [31m.", lines);
        Assert.Equal(["Learnt:", "Kept:", "", "Files:"], lines[^5..^1].Select(line => line.Split(' ')[0]));
        Assert.All(lines[^5..^3], line => Assert.Contains(", words only ", line));
        Assert.Contains(Path.Combine(done.Out, "model.zip"), lines[^2]);
        Assert.Contains("Measuring what was kept: ", done.Error);
    }

    [Fact]
    public void It_leaves_a_model_a_report_and_the_tickets()
    {
        string[] expected = ["demo.json", "evaluation.json", "model.zip", "report.html", "test.tsv", "train.tsv"];
        Assert.Equal(expected, Directory.EnumerateFileSystemEntries(done.Out).Select(Path.GetFileName).Order());
        Assert.Equal((481, 121), (File.ReadAllLines(Path.Combine(done.Out, "train.tsv")).Length, File.ReadAllLines(Path.Combine(done.Out, "test.tsv")).Length));
        JsonElement evaluation = JsonDocument.Parse(File.ReadAllText(Path.Combine(done.Out, "evaluation.json"))).RootElement;
        Assert.Equal(120, evaluation.GetProperty("rows").GetInt32());
        using var model = (IDisposable)new MLContext().Model.Load(Path.Combine(done.Out, "model.zip"), out var inputs);
        Assert.Equal(["Text", "Queue"], inputs.Select(column => column.Name));
    }

    [Fact]
    public async Task Its_report_shows_all_ways_in_a_browser()
    {
        Sight sight = await Browser.Look(Path.Combine(done.Out, "report.html"));
        Assert.Empty(sight.Errors);
        Assert.Empty(sight.Requests);
        Assert.Equal(done.Base, sight.Heading);
        Assert.Equal(["Account", "Billing", "Delivery", "Returns", "Technical"], sight.Classes.Order());
        Assert.Contains("What it kept", sight.Shown);
        Assert.Contains("Beside other ways", sight.Shown);
        Assert.Equal(["", "Lowest κ", "Full fine-tuning", "Words only"], sight.Ways[0]);
        Assert.Equal(2, sight.Retention.Length);
        Dictionary<string, string[]> ways = sight.Ways.Skip(1).ToDictionary(row => row[0], row => row[1..]);
        Assert.EndsWith("(100 %)", ways["Numbers trained"][1]);
        // What stood on the terminal.
        Assert.All(ways["New texts sorted right"], share => Assert.Contains(share, done.Output));
        Assert.All(ways["Hidden words guessed after"], share => Assert.Contains(share, done.Output));
        Assert.All(sight.Light, chart => Assert.InRange(chart.Colors, 10, int.MaxValue));
    }

    [Fact]
    public void Cancelled_it_leaves_no_model()
    {
        string folder = Path.Combine(done.Out, "..", "cancelled");
        string[] arguments = ["demo", "--base", done.Base, "--output", folder, "--epochs", "1", "--no-cache"];
        (int exitCode, _, string error) = Tool.Run(new CancellationToken(canceled: true), arguments);
        Assert.Equal(ExitCode.Cancelled, exitCode);
        Assert.Contains("Cancelled", error);
        Assert.False(File.Exists(Path.Combine(folder, "model.zip")));
    }

    [Fact]
    public void A_base_model_that_is_none_is_named()
    {
        string absent = Path.Combine(done.Out, "absent");
        (int exitCode, _, string error) = Tool.Run("demo", "--base", absent, "--output", Path.Combine(done.Out, "..", "other"), "--no-cache");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(absent, Assert.Single(error.TrimEnd().Split('\n')));
    }

    /// <summary>A demo that ran to its end, once for all tests.</summary>
    public sealed class Done : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Done()
        {
            Base = TinyModel.Write(_folder);
            var typed = new Queue<string>(["My lamp is dark \u001b[31m.", "the very good meal", ""]);
            using StringWriter output = new(), error = new();
            var settings = new DemoSettings { BaseModel = Base, Folder = Out, Epochs = 1, Ask = typed.Dequeue };
            new DemoRun(settings, output, error, CancellationToken.None).Run();
            (Output, Error) = (output.ToString(), error.ToString());
        }

        public string Base { get; }

        public string Out => _folder.File("results/out");

        public string Output { get; }

        public string Error { get; }

        public void Dispose() => _folder.Dispose();
    }
}
