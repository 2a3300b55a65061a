using System.Diagnostics;
using Microsoft.ML.KappaTune.Training.Reports;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>Processes that tune within a budget: what one seed gives, undisturbed and ended, with SIGKILL where there is such a thing.</summary>
public sealed class BudgetProcessTests : IDisposable
{
    // Steps that a process tells of until it is ended: those of the head alone, of probes, and of all.
    private static readonly int[] StepsUntilEnded = [3, 9, 4, 2, 14, 6, 5];

    private readonly TinyTask _tiny = new();
    private readonly BudgetedTask _task = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _tiny.Dispose();
        _task.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void All_give_the_same_weights_probes_and_course()
    {
        string rows = _folder.Write("rows.tsv", string.Concat(TinyTask.Rows(80, seed: 1).Select(row => $"{row.Label}\t{row.Text}\n")));
        string[] first = RunToTheEnd("first"), second = RunToTheEnd("second");
        Assert.Equal(first, second);
        Assert.Contains("probe 1", first);
        AssertSame("first", "second");

        var random = new Random(11);
        HashSet<string> endedAfter = [];
        foreach (int steps in StepsUntilEnded)
        {
            using Process process = Start("ended");
            string last = "";
            for (int step = 0; step < steps; step++)
            {
                last = NextStep(process) ?? throw new InvalidOperationException("it ended before it could be killed");
                process.StandardInput.WriteLine();
            }

            endedAfter.Add(last.Split(' ')[0]);
            TunerProcess.KillAfter(process, TimeSpan.FromMilliseconds(10 * random.NextDouble()));
            process.WaitForExit();
        }

        Assert.Equal(["probe", "step"], endedAfter.Order(StringComparer.Ordinal));
        string[] rest = RunToTheEnd("ended");
        Assert.InRange(rest.Length, 1, first.Length - 1);
        Assert.Equal(first[^rest.Length..], rest);
        AssertSame("first", "ended");

        string[] RunToTheEnd(string name)
        {
            using Process process = Start(name);
            process.StandardInput.Close();
            List<string> steps = [];
            while (NextStep(process) is { } step)
                steps.Add(step);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return [.. steps];
        }

        Process Start(string name) =>
            TunerProcess.Start("budget", _tiny.Base, rows, _folder.File($"{name} states"), Weights(name), _task.Text);
    }

    private string Weights(string name) => _folder.File($"{name}.safetensors");

    private void AssertSame(string one, string other)
    {
        Assert.Equal(File.ReadAllBytes(Weights(one)), File.ReadAllBytes(Weights(other)));
        Assert.Equal(ReportOf(one), ReportOf(other));

        string ReportOf(string name)
        {
            TuningReport report = TuningJson.Load($"{Weights(name)}.json");
            Assert.InRange(report.Budget!.Probes.Count, 2, 4);
            Assert.NotEmpty(report.Budget.Course);
            return BudgetedTask.Timeless(report);
        }
    }

    /// <summary>A step of a probe or of the run; null at the end.</summary>
    private static string? NextStep(Process process)
    {
        string? line = process.StandardOutput.ReadLine();
        return line?.StartsWith("at ", StringComparison.Ordinal) == true ? process.StandardOutput.ReadLine() : line;
    }
}
