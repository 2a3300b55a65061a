using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Output;

/// <summary>Shows how far a comparison is: on a terminal one line that changes, elsewhere a line for each run; failures stay.</summary>
internal sealed class ComparisonProgress(TextWriter writer) : IComparisonProgress
{
    private readonly bool _isTerminal = Screen.IsTerminal(writer);
    private int _all, _known, _jobs, _ended, _failed;
    private double _seconds;

    public void Note(string line) => writer.WriteLine(line);

    public void Begin(int all, int known, int jobs)
    {
        // More at once than there are to do aren't at once.
        (_all, _known, _jobs) = (all, known, Math.Max(1, Math.Min(jobs, all - known)));
        string before = known > 0 ? $", {NumberText.Count(known)} of which are done already" : "";
        writer.WriteLine($"{NumberText.Count(all)} runs{before}; {Math.Max(1, jobs)} at once.");
    }

    public void Ended(CellOutcome outcome)
    {
        _ended++;
        string run = Run(outcome.Spec);
        if (outcome.Cell is not { } cell)
        {
            _failed++;
            Write($"Failed: {run}: {PlainText.OneLine(outcome.Problem!)}", stays: true);
            return;
        }

        _seconds += cell.Seconds;
        ComparisonPoint last = cell.Points[^1];
        string learnt = last.WordErrorRate is { } errors
            ? Invariant($"word errors {100 * errors:0} %")
            : Invariant($"accuracy {100 * last.Accuracy:0} %");
        string result = Invariant($"loss {last.TrainLoss:0.000}, {learnt}, ")
            + Invariant($"forgetting {last.Retention[0].Forgetting:+0.000;-0.000;0.000}");
        Write($"{_known + _ended}/{_all}{Left()}: {run}: {result}", stays: false);
    }

    /// <summary>Leaves the line.</summary>
    public void End()
    {
        if (_isTerminal && _ended > 0)
            writer.WriteLine();
        if (_failed > 0)
            writer.WriteLine($"{NumberText.Count(_failed)} runs failed; the same command tries them again.");
    }

    /// <summary>
    /// By how long each run took that ended now. The time since the beginning over how many ended would be too long at first, when others
    /// have run as long and are about to end.
    /// </summary>
    private string Left()
    {
        double each = _seconds / (_ended - _failed);
        var left = TimeSpan.FromSeconds(each * (_all - _known - _ended) / _jobs);
        return left > TimeSpan.Zero ? $", {NumberText.Duration(left)} left" : "";
    }

    private void Write(string line, bool stays)
    {
        if (!_isTerminal)
            writer.WriteLine(line);
        else if (stays)
            writer.WriteLine(OverLine(line));
        else
            writer.Write(OverLine(line));
    }

    private string OverLine(string line)
    {
        int width = Screen.WidthOf(writer) - 1;
        return $"\r{PlainText.Shorten(line, width).PadRight(width)}";
    }

    private static string Run(CellSpec spec)
    {
        string draw = spec.Draw > 0 ? $" draw {spec.Draw + 1}" : "";
        return Invariant($"{spec.Method}{draw}, rate {spec.Identity.LearningRate:0.##e0}, seed {spec.Identity.Seed}");
    }
}
