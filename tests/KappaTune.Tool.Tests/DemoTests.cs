using System.Text.Json;
using KappaTune.Tool.Demo;
using Microsoft.ML;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Tool.Tests;

/// <summary>The demo on a tiny base model, which knows hardly a word of the tickets.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public DemoTests() => _base = TinyModel.Write(_folder);

    private string Out => _folder.File("results/out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_shows_what_was_learnt_and_kept_and_leaves_a_model_and_a_report()
    {
        var typed = new Queue<string>(["My lamp is dark \u001b[31m.", "the very good meal", ""]);
        using StringWriter output = new(), error = new();
        var settings = new DemoSettings { BaseModel = _base, Folder = Out, Epochs = 1, Ask = typed.Dequeue };
        new DemoRun(settings, output, error, TestContext.Current.CancellationToken).Run();
        string[] lines = output.ToString().TrimEnd().Split('\n');

        Assert.Equal(Enumerable.Range(1, 6).Select(step => $"[{step}/6]"), lines.Where(line => line.StartsWith('[')).Select(line => line[..5]));
        Assert.All(lines.Where(line => !line.Contains(Out)), line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.Contains("Selected: ") && line.Contains("lowest"));
        Assert.Matches(@"Numbers trained +[0-9,]+ \([0-9.]+ %\) +[0-9,]+ \(100 %\)", output.ToString());
        Assert.Matches(@"Hidden words guessed after +[0-9.]+ % +[0-9.]+ %", output.ToString());
        Assert.Contains(lines, line => line.StartsWith("Another process loaded it"));
        // Six test tickets, and the two that were typed.
        Assert.Equal(8, lines.Count(line => line.StartsWith("    → ")));
        Assert.Contains("  My lamp is dark  [31m.", lines);
        Assert.Equal(["Learnt:", "Kept:", "Files:"], lines[^4..^1].Select(line => line.Split(' ')[0]));
        Assert.Contains(Path.Combine(Out, "model.zip"), lines[^2]);
        Assert.Contains("Measuring what was kept: ", error.ToString());

        string[] expected = ["evaluation.json", "model.zip", "report.html", "test.tsv", "train.tsv"];
        Assert.Equal(expected, Directory.EnumerateFileSystemEntries(Out).Select(Path.GetFileName).Order());
        Assert.Equal((481, 121), (LinesOf("train.tsv").Length, LinesOf("test.tsv").Length));
        Assert.Equal(120, JsonDocument.Parse(File.ReadAllText(Path.Combine(Out, "evaluation.json"))).RootElement.GetProperty("rows").GetInt32());
        using var model = (IDisposable)new MLContext().Model.Load(Path.Combine(Out, "model.zip"), out var inputs);
        Assert.Equal(["Text", "Queue"], inputs.Select(column => column.Name));
        Assert.Contains("Full fine-tuning", File.ReadAllText(Path.Combine(Out, "report.html")));
    }

    [Fact]
    public void Cancelled_it_leaves_no_model()
    {
        string[] arguments = ["demo", "--base", _base, "--output", Out, "--epochs", "1", "--no-cache"];
        (int exitCode, _, string error) = Tool.Run(new CancellationToken(canceled: true), arguments);
        Assert.Equal(ExitCode.Cancelled, exitCode);
        Assert.Contains("Cancelled", error);
        Assert.False(File.Exists(Path.Combine(Out, "model.zip")));
    }

    [Fact]
    public void A_base_model_that_is_none_is_named()
    {
        (int exitCode, _, string error) = Tool.Run("demo", "--base", _folder.File("absent"), "--output", Out, "--no-cache");
        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(_folder.File("absent"), Assert.Single(error.TrimEnd().Split('\n')));
    }

    private string[] LinesOf(string file) => File.ReadAllLines(Path.Combine(Out, file));
}
