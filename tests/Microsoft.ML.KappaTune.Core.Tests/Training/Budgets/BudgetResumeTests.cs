using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training.Resume;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>A run within a budget that is interrupted and resumed is the run that isn't: weights, probes, course and figures.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class BudgetResumeTests : IDisposable
{
    private readonly BudgetedTask _task = new();

    public void Dispose() => _task.Dispose();

    /// <summary>A phase, and its step, as probes' are counted through.</summary>
    public static TheoryData<string, TuningPhase, int> ProbedPlaces => new()
    {
        { "while the head trains alone", TuningPhase.Training, 11 },
        { "while the optimizer takes in the selected tensors' gradients", TuningPhase.Training, 25 },
        { "before the first probe", TuningPhase.Training, 30 },
        { "within the first probe", TuningPhase.Probing, 2 },
        { "before the first probe's measurement", TuningPhase.Probing, 5 },
        { "within the second probe", TuningPhase.Probing, 8 },
        { "at the first step that all train in", TuningPhase.Training, 31 },
        { "at the first measurement", TuningPhase.Training, 62 },
        { "later", TuningPhase.Training, 140 },
    };

    [Theory, MemberData(nameof(ProbedPlaces))]
    public void A_run_that_probes(string name, TuningPhase phase, int step) => AssertResumed(name, _task.Probed, phase, _ => step);

    /// <summary>A step, counted from the one after which a run goes back, and how often it may.</summary>
    public static TheoryData<string, int, int> CrossingPlaces => new()
    {
        { "before it goes back", -1, 1 },
        { "as soon as it went back", 0, 1 },
        { "after that", 2, 1 },
        { "as soon as the selected tensors stay", 0, 0 },
        { "when the head trains on", 16, 0 },
    };

    [Theory, MemberData(nameof(CrossingPlaces))]
    public void A_run_that_goes_back(string name, int after, int rollbacks)
    {
        TuningOptions options = _task.Crossing with { Budget = _task.Crossing.Budget! with { MaximumRollbacks = rollbacks } };
        AssertResumed(name, options, TuningPhase.Training, course =>
        {
            BudgetPoint back = course.Single(point => point.Used > 1);
            Assert.Equal(rollbacks == 0 ? BudgetAction.Frozen : BudgetAction.RolledBack, back.Action);
            return back.Step + after;
        });
    }

    [Theory, InlineData(9), InlineData(60), InlineData(100)]
    public void A_run_that_validates_and_may_stop_early(int step) => AssertResumed(
        "validates", _task.Crossing with { EarlyStopping = new(ValidationMetric.MacroAccuracy, Patience: 2) }, TuningPhase.Training,
        _ => step, validates: true);

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void A_run_without_a_finite_loss(int step) => AssertResumed("diverges", _task.Diverging, TuningPhase.Training, _ => step);

    [Theory, InlineData(TuningPhase.Probing, 7), InlineData(TuningPhase.Training, 100)]
    public void A_run_in_bfloat16(TuningPhase phase, int step) => AssertResumed(
        "bfloat16", _task.Probed with { Precision = TuningPrecision.BFloat16, Budget = new() { MaximumDivergence = 0.02 } }, phase,
        _ => step);

    [Fact]
    public void A_run_with_adapters_that_probes() => AssertResumed(
        "adapters", _task.Probed with { Method = TuningMethod.Lora(rank: 2, dropout: 0.2) }, TuningPhase.Probing, _ => 7);

    [Theory, InlineData("Probe at learning rate"), InlineData("The learning rate is")]
    public void A_run_that_is_cancelled_between_probes_or_after_them(string line)
    {
        (TuningReport whole, SortedDictionary<string, float[]> weights) = _task.Tune(_task.Probed);
        using var source = new CancellationTokenSource();
        TuningOptions kept = Kept(_task.Probed);
        TextClassificationRequest request = _task.Tiny.Task(kept with { CancellationToken = source.Token }) with
        {
            Log = text =>
            {
                if (text.StartsWith(line, StringComparison.Ordinal))
                    source.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => TextClassificationTuner.Tune(request));
        var phases = new List<TuningPhase>();
        (TuningReport resumed, SortedDictionary<string, float[]> same) = _task.Tune(kept with { Progress = p => phases.Add(p.Phase) });
        Assert.Equal(BudgetedTask.Timeless(whole), BudgetedTask.Timeless(resumed));
        TinyTask.AssertSame(weights, same);
        // What was probed isn't probed again.
        int probed = line.StartsWith("Probe", StringComparison.Ordinal) ? whole.Budget!.Probes.Skip(1).Sum(probe => probe.Steps) : 0;
        Assert.Equal(probed, phases.Count(phase => phase == TuningPhase.Probing));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Probes_leave_everything_as_it_was(bool hasAdapters)
    {
        TuningOptions kept = Kept(hasAdapters ? _task.Probed with { Method = TuningMethod.Lora(rank: 2) } : _task.Probed);
        Assert.Null(Cancelled(kept, TuningPhase.Training, BudgetedTask.AllSteps / 5));
        (Dictionary<string, byte[]> before, string stepsBefore) = State();
        using var source = new CancellationTokenSource();
        TextClassificationRequest request = _task.Tiny.Task(kept with { CancellationToken = source.Token }) with
        {
            Log = text =>
            {
                if (text.StartsWith("The learning rate is", StringComparison.Ordinal))
                    source.Cancel();
            },
        };
        Assert.Throws<OperationCanceledException>(() => TextClassificationTuner.Tune(request));
        (Dictionary<string, byte[]> after, string stepsAfter) = State();
        Assert.Equal(stepsBefore, stepsAfter);
        foreach (string part in (string[])["trained/", "first_moment/", "second_moment/", "within/"])
            Assert.Contains(before.Keys, name => name.StartsWith(part, StringComparison.Ordinal));
        Assert.All(before, pair => Assert.True(pair.Value.AsSpan().SequenceEqual(after[pair.Key]), pair.Key));
        Assert.Equal(before.Count, after.Count);

        (Dictionary<string, byte[]>, string) State()
        {
            string folder = Assert.Single(Directory.GetDirectories(_task.Tiny.States));
            using JsonDocument state = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "state.json")));
            using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder, "tensors.safetensors"));
            return (
                StateTensors.ByName(file).ToDictionary(pair => pair.Key, pair => pair.Value.Bytes(0, (int)pair.Value.ByteLength).ToArray()),
                state.RootElement.GetProperty("optimizer_steps").ToString());
        }
    }

    [Fact]
    public void A_run_that_is_cancelled_while_it_decides_is_finished_but_for_the_other_half()
    {
        TuningOptions kept = Kept(_task.OneStep);
        (TuningReport whole, SortedDictionary<string, float[]> weights) = _task.Tune(
            kept with { CheckpointDirectory = null, CheckpointEvery = 0, Resume = false });
        (TuningReport cancelled, SortedDictionary<string, float[]> its) = Cancelled(kept, TuningPhase.Deciding, 1)!.Value;
        Assert.Equal((TuningStop.Completed, BudgetOutcome.Learned), (cancelled.Stop, cancelled.Budget!.Outcome));
        Assert.Equal(
            (whole.Budget!.Interpolation, whole.Budget.DecidedUsed), (cancelled.Budget.Interpolation, cancelled.Budget.DecidedUsed));
        Assert.InRange(cancelled.Budget.Interpolation, 0.05, 0.9);
        Assert.Equal((null, null, 0), (cancelled.Retention, cancelled.Budget.IsHeld, cancelled.Budget.HeldOutSamples));
        TinyTask.AssertSame(weights, its);
        // The next one has all of it.
        (TuningReport resumed, SortedDictionary<string, float[]> same) = _task.Tune(kept);
        Assert.Equal(BudgetedTask.Timeless(whole), BudgetedTask.Timeless(resumed));
        TinyTask.AssertSame(weights, same);
    }

    [Fact]
    public void A_run_that_is_cancelled_before_it_decides_says_that_nothing_was_verified()
    {
        (TuningReport report, _) = Cancelled(_task.Crossing, TuningPhase.Training, 100)!.Value;
        BudgetReport budget = report.Budget!;
        Assert.Equal((TuningStop.Cancelled, BudgetOutcome.Unverified), (report.Stop, budget.Outcome));
        Assert.Equal((null, null, null, 1), (budget.Decided, budget.DecidedUsed, budget.IsHeld, budget.Interpolation));
        Assert.NotEmpty(budget.Course);
        Assert.All(budget.Course, point => Assert.InRange(point.Step, 1, 100));
    }

    [Theory, InlineData(0), InlineData(1)]
    public void A_run_that_is_cancelled_after_it_went_back_leaves_what_was_beyond(int rollbacks)
    {
        TuningOptions options = _task.Crossing with { Budget = _task.Crossing.Budget! with { MaximumRollbacks = rollbacks } };
        // With no way back, the result has the selected tensors of the last point within.
        (TuningReport whole, SortedDictionary<string, float[]> within) =
            _task.Tune(options with { Budget = options.Budget! with { MaximumRollbacks = 0 } });
        int back = whole.Budget!.Course.Single(point => point.Used > 1).Step;
        int before = whole.Budget.Course.Last(point => point.Step < back).Step;
        int epochs = back / BudgetedTask.StepsPerEpoch;
        Assert.InRange(before, 1, epochs * BudgetedTask.StepsPerEpoch - 1);
        Assert.True(back + 1 < (epochs + 1) * BudgetedTask.StepsPerEpoch, $"{back}");
        (TuningReport report, SortedDictionary<string, float[]> weights) = Cancelled(options, TuningPhase.Training, back + 1)!.Value;
        Assert.Equal((TuningStop.Cancelled, epochs), (report.Stop, report.BestEpoch));
        Assert.Equal(rollbacks == 0 ? back + 1 : before, report.Budget!.ReturnedToStep);
        Assert.Equal(BudgetOutcome.Unverified, report.Budget.Outcome);
        Assert.All(report.Plan.Selected, tensor => Assert.Equal(within[tensor.Name], weights[tensor.Name]));
        Assert.Contains("Cancelled after it had gone back: the result is what step ", report.ToString());
    }

    [Fact]
    public void A_run_that_has_ended_gives_the_same_again()
    {
        (TuningReport first, SortedDictionary<string, float[]> weights) = _task.Tune(Kept(_task.Probed));
        (TuningReport again, SortedDictionary<string, float[]> same) = _task.Tune(Kept(_task.Probed) with
        {
            Progress = p => Assert.DoesNotContain(p.Phase, (TuningPhase[])[TuningPhase.Training, TuningPhase.Probing]),
        });
        Assert.Equal(BudgetedTask.Timeless(first), BudgetedTask.Timeless(again));
        TinyTask.AssertSame(weights, same);
    }

    [Fact]
    public void Another_budget_is_another_run()
    {
        Assert.Null(Cancelled(Kept(_task.Probed), TuningPhase.Training, 3));
        var e = Assert.Throws<TrainingStateMismatchException>(
            () => _task.Tiny.Tune(Kept(_task.Probed) with { Budget = new() { MaximumDrift = 0.06 } }));
        Assert.Equal("Budget", e.What);
        e = Assert.Throws<TrainingStateMismatchException>(() => _task.Tiny.Tune(Kept(_task.Probed) with { RetentionText = null }));
        Assert.Equal(
            ("RetentionText", _task.Text, "English prose (the shipped sample)"), (e.What, e.Saved, e.Current));
        ControlSource rows = ControlSource.FromTexts("a column", [string.Join(' ', File.ReadAllText(_task.Text).Split(' ').Reverse())]);
        e = Assert.Throws<TrainingStateMismatchException>(() => TextClassificationTuner.Tune(
            _task.Tiny.Task(Kept(_task.Probed) with { RetentionText = null }) with { ControlTexts = rows }));
        Assert.Equal(("the control text", _task.Text, "a column"), (e.What, e.Saved, e.Current));
        File.AppendAllText(_task.Text, " and more");
        e = Assert.Throws<TrainingStateMismatchException>(() => _task.Tiny.Tune(Kept(_task.Probed)));
        Assert.Contains($"RetentionText was {_task.Text} and is {_task.Text} with other content now.", e.Message);
    }

    [Fact]
    public void The_same_text_by_another_name_is_the_same_run()
    {
        (TuningReport first, _) = _task.Tune(Kept(_task.Crossing));
        string other = Path.Combine(Path.GetDirectoryName(_task.Text)!, "other.txt");
        File.Move(_task.Text, other);
        (TuningReport again, _) = _task.Tune(Kept(_task.Crossing) with { RetentionText = other });
        Assert.Equal(first.Losses, again.Losses);
        Assert.Equal(other, again.Budget!.Text);
    }

    private TuningOptions Kept(TuningOptions options) =>
        options with { CheckpointDirectory = _task.Tiny.States, CheckpointEvery = 25, Resume = true };

    /// <summary>Cancels it there, lets the next one die there, and lets a third one end.</summary>
    private void AssertResumed(
        string name, TuningOptions options, TuningPhase phase, Func<IReadOnlyList<BudgetPoint>, int> stepOf, bool validates = false)
    {
        (TuningReport whole, SortedDictionary<string, float[]> weights) = _task.Tune(options, validates);
        int step = stepOf(whole.Budget!.Course);
        TuningOptions kept = Kept(options);
        bool hasEpoch = step > BudgetedTask.StepsPerEpoch && phase == TuningPhase.Training;
        Assert.Equal(hasEpoch, Cancelled(kept, phase, step, validates) is not null);
        // What had been kept when the process died is gone on from; a step that wasn't kept is done again.
        Assert.Throws<InvalidTimeZoneException>(() => _task.Tiny.Tune(
            kept with
            {
                Progress = p =>
                {
                    if (p.Phase == TuningPhase.Deciding || (p.Phase == TuningPhase.Training && p.Step > step + 2))
                        throw new InvalidTimeZoneException(name);
                },
            },
            validates));
        (TuningReport resumed, SortedDictionary<string, float[]> same) = _task.Tune(kept, validates);
        Assert.Equal(BudgetedTask.Timeless(whole), BudgetedTask.Timeless(resumed));
        TinyTask.AssertSame(weights, same);
    }

    /// <summary>What comes of a run that is cancelled there; null where it is an exception.</summary>
    private (TuningReport Report, SortedDictionary<string, float[]> Weights)? Cancelled(
        TuningOptions options, TuningPhase phase, int step, bool validates = false)
    {
        using var source = new CancellationTokenSource();
        TuningOptions cancelled = options with
        {
            CancellationToken = source.Token,
            Progress = p =>
            {
                if (p.Phase == phase && p.Step == step)
                    source.Cancel();
            },
        };
        try
        {
            (TuningReport, SortedDictionary<string, float[]>) result = _task.Tune(cancelled, validates);
            Assert.True(source.IsCancellationRequested, "it ended before");
            return result;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
