using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tests;
using Microsoft.ML.KappaTune.Tests.Study;

namespace KappaTune.Cli.Tests.Output;

/// <summary>A comparison's tables on the terminal and as Markdown.</summary>
public sealed class ComparisonTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_end_of_every_rate_is_shown_with_its_runs_and_what_a_run_costs()
    {
        ComparisonResult many = ComparisonSample.Many();
        ComparisonResult result = many with
        {
            Cells =
            [
                .. many.Cells.Where(cell => cell is not { Method: "full", LearningRate: 0.0003 }).Select(cell => cell with
                {
                    TrainingSeconds = cell.Method == "random" ? null : 10 + cell.Seed,
                    Points = [.. cell.Points.Select(point => point with { TestLoss = point.TestLoss + cell.Seed })],
                }),
            ],
            Failures = [.. many.Failures, new() { Method = "full", LearningRate = 0.0003, Seed = 1, Message = "It diverged." }],
        };
        string[] lines = Terminal(result);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains("Last:     after 8 epochs, however much was learnt; ± is the standard error.", lines);
        Assert.Contains("          Loss of test rows, nats; KL(base, tuned) on them.", lines);
        // The title stands once; 1, 2 and 3 have the mean 2 with the error 1/√3, and 1.7·exp(−2.67) more: 2.12.
        int first = Array.FindIndex(lines, line => line.StartsWith("  At the end", StringComparison.Ordinal)) + 2;
        Assert.Matches(@"^  All parameters +3e-4 +0/1 +failed *$", lines[first]);
        Assert.Matches(@"^ +1e-3 +3/3 +2\.12 ±0\.58 +\+0\.\d{3} ±0\.000 +8\d\.\d ±0\.1 *$", lines[first + 1]);
        Assert.Matches(@"^ +3e-3 +3/5 +2\.12 ±0\.58 ", lines[first + 2]);
        Assert.Matches(@"^  Head only +3e-4 +3/3 ", lines[first + 3]);

        int cost = Array.FindIndex(lines, line => line.StartsWith("  Cost of a run", StringComparison.Ordinal)) + 2;
        Assert.Matches(@"^  All parameters +959k +8 MB +11\.0 *$", lines[cost]);
        string random = lines.Last(line => line.StartsWith("  Random tensors", StringComparison.Ordinal));
        Assert.Matches(@"^  Random tensors +222k +2 MB *$", random);
    }

    [Fact]
    public void Of_a_language_model_the_bases_loss_and_divergence_are_told()
    {
        ComparisonResult few = ComparisonSample.Few();
        ComparisonResult result = few with
        {
            Controls = [few.Controls[0] with { Bytes = 40_000 }],
            Settings = few.Settings with { Epochs = 1 },
            Cells =
            [
                .. few.Cells.Where(cell => cell.Seed == 1 && cell.Draw == 0).Select(cell => cell with
                {
                    Points = [cell.Points[0], cell.Points[1] with { Divergence = 0.25 }],
                }),
            ],
        };
        string[] lines = Terminal(result);
        Assert.Contains("Last:     after 1 epoch, however much was learnt; ± is the standard error.", lines);
        Assert.Contains("          Loss of test rows, nats (base: 1.700); KL(base, tuned) on them.", lines);
        // One run has no error: the numbers stand alone. 1.7·exp(−1/3) is 1.22.
        Assert.Contains(lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["3e-3", "1/1", "1.22", "0.250", _, _]);
    }

    [Fact]
    public void Markdown_has_the_same_tables_with_names_in_full_and_as_plain_text()
    {
        const string Name = "a_very_long_name|of\na *task* that <b>no</b> terminal has room for";
        ComparisonResult many = ComparisonSample.Many();
        ComparisonTable.Save(many with { Task = many.Task with { Name = Name } }, _folder.File("comparison.md"));
        string text = File.ReadAllText(_folder.File("comparison.md"));
        const string Escaped = @"a\_very\_long\_name\|of a \*task\* that \<b\>no\</b\> terminal has room for";
        string[] lines = text.Split('\n');
        Assert.Equal($"# {Escaped}: embedded", lines[0]);
        Assert.Contains($"- Task: {Escaped}: most frequent class 22.0 %, words alone 72.5 %", lines);
        Assert.Contains("| Method | Trained | Rate | Runs | Forgetting | Accuracy |", lines);
        Assert.Contains("| At the end | Rate | Runs | Loss | KL | Forgetting | Accuracy |", lines);
        Assert.Contains("| --- | ---: | ---: | ---: |", lines);
        Assert.Contains("| Lowest κ | 222k | 1e-3 | 3/3 | +0.050 ±0.010 | 79.0 ±2.0 |", lines);
        Assert.Contains("| Cost of a run | Trained | Optimizer | Time, s |", lines);
        // A table has as many cells in each row, and a line without any before and after it.
        int[] tables = [.. Enumerable.Range(1, lines.Length - 1).Where(i => lines[i].StartsWith("| ---", StringComparison.Ordinal))];
        Assert.Equal(3, tables.Length);
        Assert.All(tables, rule =>
        {
            Assert.Equal("", lines[rule - 2]);
            int end = Array.IndexOf(lines, "", rule);
            Assert.All(lines[(rule - 1)..end], row => Assert.Equal(Cells(lines[rule]), Cells(row)));
        });

        static int Cells(string row) => row.Replace("\\|", "").Count(c => c == '|');
    }

    [Fact]
    public void A_study_of_tensors_has_no_table_of_rates()
    {
        ComparisonTable.Save(ComparisonSample.PerTensor(), _folder.File("comparison.md"));
        string text = File.ReadAllText(_folder.File("comparison.md"));
        Assert.Contains(@"| encoder.layer.3.feed\_forward\_in.weight | 3 | feed\_forward\_in | 3/3 | ", text);
        Assert.Contains("| Score | Rank correlation | Within role | Within layer |", text);
        Assert.DoesNotContain("At the end", text);
    }

    [Fact]
    public void Where_every_rate_has_a_failure_what_ended_is_shown_all_the_same()
    {
        string[] lines = Terminal(ComparisonSample.Few() with { Matched = null });
        Assert.Contains(lines, line => line.StartsWith("  At the end", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("Matched:", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Terminal(ComparisonSample.Few() with { Matched = null, Cells = [] }),
            line => line.StartsWith("  At the end", StringComparison.Ordinal));
    }

    private static string[] Terminal(ComparisonResult result)
    {
        using var writer = new StringWriter();
        ComparisonTable.Write(result, writer);
        return [.. writer.ToString().Split('\n').Select(line => line.TrimEnd('\r'))];
    }
}
