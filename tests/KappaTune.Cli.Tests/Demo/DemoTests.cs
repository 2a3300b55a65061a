using System.Text.Json;
using KappaTune.Cli.Demo;
using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Reports;

namespace KappaTune.Cli.Tests.Demo;

/// <summary>The demo on a tiny base model, which knows hardly a word of the tickets.</summary>
public sealed class DemoTests(DemoTests.Done done) : IClassFixture<DemoTests.Done>
{
    [Fact]
    public void It_shows_what_was_learnt_and_what_was_kept()
    {
        string[] lines = done.Output.TrimEnd().Split('\n');
        Assert.Equal(
            Enumerable.Range(1, 6).Select(step => $"[{step}/6]"), lines.Where(line => line.StartsWith('[')).Select(line => line[..5]));
        Assert.All(lines.Where(line => !line.Contains(done.Out)), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.Contains("Lowest κ") && line.Contains("All of it,"));
        Assert.Matches(@"Learnt: new tickets right +[0-9.]+ % +[0-9.]+ % +[0-9.]+ % +[0-9.]+ %", done.Output);
        Assert.Matches(@"Lost: rise of its own loss +[+-]?[0-9.]+ % +[+-]?[0-9.]+ % +[+-]?[0-9.]+ %", done.Output);
        Assert.Matches(@"Time, all measuring included +[0-9]", done.Output);
        Assert.Matches(@"Parameters trained +[0-9.]+ % +100 % +100 %", done.Output);
        Assert.Matches(@"Learning rate +found \de-\d +found \de-\d +1e-4", done.Output);
        Assert.Contains("is taken to mark a matrix that can learn: only", done.Output);
        Assert.Contains("[2/6] Tune those on support tickets, with at most 2 % lost", lines);
        // What came out is on the first screen, before what was trained.
        Assert.InRange(Array.FindIndex(lines, line => line.Contains("Learnt:")), 1, 14);
        // One a way that has a budget.
        Assert.Equal(2, lines.Count(line => line.Contains(": the budget ")));
        Assert.Contains(lines, line => line.StartsWith("Selected: ") && line.Contains("lowest"));
        Assert.Contains(lines, line => line.StartsWith("Another process loaded it"));
        Assert.Matches(
            @"Result: [0-9.]+ % of the new tickets sorted right, [+-]?[0-9.]+ % lost, in [0-9.]+ [kM]B\.\n +All of it:", done.Output);
        // Six test tickets, and the two that were typed.
        Assert.Equal(8, lines.Count(line => line.StartsWith("    → ")));
        Assert.Contains("  My lamp is dark  [31m.", lines);
        Assert.Contains(Path.Combine(done.Out, "report.html"), lines[^2]);
        Assert.Contains(Path.Combine(done.Out, "model.zip"), lines[^1]);
        Assert.Contains("Measuring what was kept: ", done.Error);
    }

    [Fact]
    public void What_only_the_scan_counts_is_named()
    {
        ScannedMatrix[] matrices = [.. ((string[])["layer.weight", "pooler.dense.weight"]).Select(name => new ScannedMatrix
        {
            Name = name, Shape = [4, 4], Rows = 4, Columns = 4, Kappa = 2, SigmaMax = 2, SigmaMin = 1,
        })];
        TuningPlan scanned = TuningPlan.Create(matrices, KappaSelection.Lowest(1));
        TuningPlan tuned = TuningPlan.Create([matrices[0]], scanned.Selection);
        using var writer = new StringWriter();
        DemoTables.WriteReplaced(scanned, tuned, writer);
        Assert.Equal("Replaced: pooler.dense.weight by the new classifier: no candidate.", writer.ToString().TrimEnd());
    }

    [Fact]
    public void It_leaves_a_model_a_report_and_the_tickets()
    {
        string[] expected = ["demo.json", "evaluation.json", "model.zip", "report.html", "test.tsv", "train.tsv"];
        Assert.Equal(expected, Directory.EnumerateFileSystemEntries(done.Out).Select(Path.GetFileName).Order());
        Assert.Equal((481, 121),
            (File.ReadAllLines(Path.Combine(done.Out, "train.tsv")).Length, File.ReadAllLines(Path.Combine(done.Out, "test.tsv")).Length));
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
        Assert.Equal(Path.GetFileName(done.Base), sight.Heading);
        Assert.DoesNotContain(Path.GetDirectoryName(done.Base)!, File.ReadAllText(Path.Combine(done.Out, "report.html")));
        Assert.Equal(["Account", "Billing", "Delivery", "Returns", "Technical"], sight.Classes.Order());
        Assert.Equal("What came out, beside other ways", sight.Shown[0]);
        Assert.Contains("What it kept", sight.Shown);
        Assert.Empty(sight.Wide);
        Assert.Equal(["", "Lowest κ", "All of it, same budget", "All of it, usual rate", "Bag of words"], sight.Ways[0]);
        Assert.Equal(2, sight.Retention.Length);
        Dictionary<string, string[]> ways = sight.Ways.Skip(1).ToDictionary(row => row[0], row => row[1..]);
        Assert.EndsWith("(100 %)", ways["Parameters trained"][1]);
        // What stood on the terminal.
        Assert.All(ways["Learnt: new texts sorted right"], share => Assert.Contains(share, done.Output));
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
    public void It_stands_on_a_pretrained_model_unless_another_is_named()
    {
        string[] help = Tool.Run("demo", "--help").Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("(default: minilm)", string.Join(' ', help));
        Assert.True(DemoSettings.For(BaseModel.Embedded, "").Epochs > DemoSettings.For("minilm", "").Epochs);
    }

    [Fact]
    public void A_base_model_that_is_none_is_named_before_anything_is_written()
    {
        string absent = Path.Combine(done.Out, "absent"), other = Path.Combine(done.Out, "..", "other");
        (int exitCode, _, string error) = Tool.Run("demo", "--base", absent, "--output", other, "--no-cache");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(absent, Assert.Single(error.TrimEnd().Split('\n')));
        Assert.False(Directory.Exists(other));
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
            DemoSettings settings = DemoSettings.For(Base, Out) with { Epochs = 1, Ask = typed.Dequeue };
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
