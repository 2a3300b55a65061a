using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>Runs that have a limit of time, by a clock that goes on by a second a step.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class MaximumTimeTests : IDisposable
{
    private const int StepsPerEpoch = 20, AllSteps = 100;

    // The first step takes no time by this clock, and isn't counted; five more are, and then 5 s have gone of the 38 s that are planned.
    private const int DecidingStep = 6, PlannedSteps = 39;

    private readonly TinyTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    private TuningOptions Options => _tiny.Options with { MaxEpochs = 5, MaximumTime = TimeSpan.FromSeconds(40) };

    [Fact]
    public void A_run_that_would_not_end_in_time_plans_fewer_steps()
    {
        var totals = new List<int>();
        var lines = new List<string>();
        TextClassificationRequest request = Timed(
            Options with { Progress = p => totals.AddRange(p.Phase == TuningPhase.Training ? [p.TotalSteps] : []) }, _ => 1);
        TunedClassifier tuned = TextClassificationTuner.Tune(request with { Log = lines.Add });
        TinyTask.WeightsOf(tuned);
        TuningReport report = tuned.Report;

        Assert.Equal(TuningStop.OutOfTime, report.Stop);
        Assert.Equal(
            Enumerable.Range(1, PlannedSteps).Select(step => step < DecidingStep ? AllSteps : PlannedSteps), totals);
        LearningRates first = new(Options.Schedule, Options.WarmupRatio, AllSteps);
        LearningRates then = new(Options.Schedule, Options.WarmupRatio, PlannedSteps);
        Assert.Equal(
            Enumerable.Range(1, PlannedSteps).Select(step => (step <= DecidingStep ? first : then).At(step) * Options.LearningRate!.Value),
            report.Losses.Select(step => step.LearningRate));
        Assert.Contains(lines, line => line.StartsWith($"{PlannedSteps} of {AllSteps} steps are planned", StringComparison.Ordinal));

        // The last epoch is one of the steps that it had.
        Assert.Equal(2, report.Epochs.Count);
        Assert.Equal(2, report.BestEpoch);
        Assert.Equal(report.Losses.Skip(StepsPerEpoch).Average(step => step.Loss), report.Epochs[1].TrainingLoss, 1e-6);
    }

    [Fact]
    public void A_run_ends_with_the_step_in_which_its_time_is_up()
    {
        // 9 s after step 10, 39 s after step 16.
        TunedClassifier tuned = TextClassificationTuner.Tune(Timed(Options, step => step < 10 ? 1 : 5, validates: true));
        Assert.Equal(TuningStop.OutOfTime, tuned.Report.Stop);
        Assert.Equal(17, tuned.Report.Losses.Count);
        EpochReport epoch = Assert.Single(tuned.Report.Epochs);
        Assert.Equal(tuned.Report.Losses.Average(step => step.Loss), epoch.TrainingLoss, 1e-6);

        // What is measured is what is handed out.
        Assert.Equal(epoch.Validation!.Loss, LossOf(tuned), 1e-4);
        TinyTask.WeightsOf(tuned);
    }

    [Fact]
    public void Early_stopping_gives_the_best_of_the_epochs_that_there_was_time_for()
    {
        // Labels that have nothing to do with the texts are learnt by heart: the validation loss soon rises.
        var random = new Random(5);
        _tiny.Train = [.. TinyTask.Rows(40, seed: 1).Select(row => row with { Label = random.Next(2) })];
        TunedClassifier tuned = TextClassificationTuner.Tune(Timed(
            Options with
            {
                MaxEpochs = 12,
                EarlyStopping = new(Patience: 12),
                Selection = KappaSelection.LowestFraction(1),
                Schedule = LearningRateSchedule.Constant,
                MaximumTime = TimeSpan.FromSeconds(74),
            },
            _ => 1, validates: true));
        Assert.Equal(TuningStop.OutOfTime, tuned.Report.Stop);
        EpochReport best = tuned.Report.Epochs.MinBy(epoch => epoch.Validation!.Loss)!;
        Assert.Equal(best.Epoch, tuned.Report.BestEpoch);
        Assert.InRange(best.Epoch, 1, tuned.Report.Epochs.Count - 1);
        Assert.Equal(best.Validation!.Loss, LossOf(tuned), 1e-4);
        TinyTask.WeightsOf(tuned);
    }

    [Fact]
    public void A_run_whose_time_was_up_before_it_began_does_one_step()
    {
        TextClassificationRequest request = _tiny.Task(Options with { MaximumTime = TimeSpan.FromTicks(1) });
        TunedClassifier tuned = TextClassificationTuner.Tune(request with { Clock = new SteppedClock { ByItself = 1 } });
        TinyTask.WeightsOf(tuned);
        Assert.Equal(TuningStop.OutOfTime, tuned.Report.Stop);
        Assert.Single(tuned.Report.Losses);
        Assert.Single(tuned.Report.Epochs);
    }

    [Fact]
    public void A_run_that_has_the_time_is_what_it_is_without_a_limit()
    {
        TuningOptions options = Options with { MaxEpochs = 2, MaximumTime = null };
        TunedClassifier free = _tiny.Tune(options);
        TunedClassifier limited = TextClassificationTuner.Tune(Timed(options with { MaximumTime = TimeSpan.FromSeconds(50) }, _ => 1));
        Assert.Equal(TuningStop.Completed, limited.Report.Stop);
        Assert.Equal(free.Report.Losses, limited.Report.Losses);
        TinyTask.AssertSame(TinyTask.WeightsOf(free), TinyTask.WeightsOf(limited));
    }

    [Fact]
    public void Validating_and_epochs_of_the_head_alone_are_allowed_for()
    {
        // 80 validation rows for 160 that train, at half of the cost: a quarter more time a step.
        _tiny.Validation = TinyTask.Rows(80, seed: 2);
        Assert.Equal(DecidingStep + 26, StepsOf(Options, validates: true));
        // Decided after 25 s, six steps into the second epoch.
        Assert.Equal(StepsPerEpoch + DecidingStep + 22, StepsOf(Options with { HeadEpochs = 1, MaximumTime = TimeSpan.FromSeconds(50) }));

        int StepsOf(TuningOptions options, bool validates = false)
        {
            TunedClassifier tuned = TextClassificationTuner.Tune(Timed(options, _ => 1, validates));
            TinyTask.WeightsOf(tuned);
            return tuned.Report.Losses.Count;
        }
    }

    /// <summary>A quarter as many rows as train are expected to take an eighth of the steps' time, and take longer.</summary>
    [Fact]
    public void Fewer_steps_are_planned_where_measuring_takes_longer_than_was_thought()
    {
        var lines = new List<string>();
        var limit = new TimeLimit(TimeSpan.FromSeconds(40), validationShare: 0.25, new(Options, lines.Add));
        using var state = new TuningState();
        for (int step = 1; step <= DecidingStep; step++)
            limit.Stepped(At(step, step - 1), TimeSpan.FromSeconds(1), AllSteps);
        Assert.Equal(DecidingStep + 29, state.PlannedSteps);
        limit.Measured(At(20, 21), TimeSpan.FromSeconds(2), StepsPerEpoch, AllSteps);
        Assert.Equal(DecidingStep + 29, state.PlannedSteps);
        Assert.Single(lines);
        // 9 s are left after 10 s of measuring, half a second a step.
        limit.Measured(At(20, 29), TimeSpan.FromSeconds(10), StepsPerEpoch, AllSteps);
        Assert.Equal(26, state.PlannedSteps);
        Assert.StartsWith($"26 of {AllSteps} steps are planned", lines[^1]);
        // More are never planned again.
        limit.Measured(At(22, 24), TimeSpan.FromSeconds(3), StepsPerEpoch, AllSteps);
        Assert.Equal(26, state.PlannedSteps);

        TuningState At(int step, double seconds)
        {
            (state.Step, state.Time) = (step, TimeSpan.FromSeconds(seconds));
            return state;
        }
    }

    [Theory]
    [InlineData(DecidingStep, true)]
    [InlineData(15, false)]
    [InlineData(StepsPerEpoch, true)]
    [InlineData(30, true)]
    public void What_was_planned_before_an_interruption_stays_planned(int step, bool hasLimit)
    {
        TunedClassifier whole = TextClassificationTuner.Tune(Timed(Options, _ => 1, validates: true));
        TimeSpan? limit = hasLimit ? Options.MaximumTime : null;
        TuningOptions kept = Options with { CheckpointDirectory = _tiny.States, CheckpointEvery = 1, Resume = true };
        Assert.Throws<InvalidTimeZoneException>(
            () => TextClassificationTuner.Tune(Timed(kept, at => at <= step ? 1 : throw new InvalidTimeZoneException(), validates: true)));
        TunedClassifier resumed = TextClassificationTuner.Tune(Timed(kept with { MaximumTime = limit }, _ => 0.5, validates: true));
        Assert.Equal(whole.Report.Losses, resumed.Report.Losses);
        Assert.Equal(whole.Report.Stop, resumed.Report.Stop);
        Assert.Equal(
            whole.Report.Epochs.Select(epoch => (epoch.TrainingLoss, epoch.Validation)),
            resumed.Report.Epochs.Select(epoch => (epoch.TrainingLoss, epoch.Validation)));
        var weights = TinyTask.WeightsOf(whole);
        TinyTask.AssertSame(weights, TinyTask.WeightsOf(resumed));

        // It has ended, also for a run with more time.
        TunedClassifier again = TextClassificationTuner.Tune(Timed(kept with { MaximumTime = null }, _ => 1, validates: true));
        Assert.Equal(TuningStop.OutOfTime, again.Report.Stop);
        TinyTask.AssertSame(weights, TinyTask.WeightsOf(again));
    }

    [Fact]
    public void Before_probes_the_head_s_steps_are_shortened_too()
    {
        TuningOptions options = Options with { Budget = new() { MaximumDrift = 0.5 }, LearningRate = null };
        TunedClassifier tuned = TextClassificationTuner.Tune(Timed(options, _ => 1));
        TinyTask.WeightsOf(tuned);
        // 35 s are left after 6 steps of 1 s; of 2.75 s each, with the probes, they are enough for 12 more.
        Assert.Equal(18, tuned.Report.Losses.Count);
        Assert.Equal(TuningStop.OutOfTime, tuned.Report.Stop);
        Assert.NotEmpty(tuned.Report.Budget!.Probes);
        Assert.Equal(BudgetOutcome.Learned, tuned.Report.Budget.Outcome);
        // The moments take four steps, at a rate of 0.
        Assert.All(tuned.Report.Losses.Take(10), step => Assert.Equal(0, step.LearningRate));
        Assert.All(tuned.Report.Losses.Skip(10), step => Assert.True(step.LearningRate > 0));

        TuningOptions kept = options with { CheckpointDirectory = _tiny.States, CheckpointEvery = 1, Resume = true };
        Assert.Throws<InvalidTimeZoneException>(
            () => TextClassificationTuner.Tune(Timed(kept, at => at <= 8 ? 1 : throw new InvalidTimeZoneException())));
        TunedClassifier resumed = TextClassificationTuner.Tune(Timed(kept with { MaximumTime = null }, _ => 1));
        Assert.Equal(tuned.Report.Losses, resumed.Report.Losses);
        TinyTask.WeightsOf(resumed);
    }

    [Fact]
    public void Time_before_an_interruption_counts()
    {
        TuningOptions kept = Options with { CheckpointDirectory = _tiny.States, Resume = true };
        // The first epoch has ended after 19 s.
        Assert.Throws<InvalidTimeZoneException>(() => TextClassificationTuner.Tune(
            Timed(kept, step => step <= StepsPerEpoch ? 1 : throw new InvalidTimeZoneException())));
        TunedClassifier resumed = TextClassificationTuner.Tune(Timed(kept with { MaximumTime = TimeSpan.FromSeconds(15) }, _ => 1));
        TinyTask.WeightsOf(resumed);
        Assert.Equal(TuningStop.OutOfTime, resumed.Report.Stop);
        Assert.Equal(StepsPerEpoch, resumed.Report.Losses.Count);
        Assert.Single(resumed.Report.Epochs);
    }

    private double LossOf(TunedClassifier tuned)
    {
        float[] scores = new float[2 * _tiny.Validation.Length];
        tuned.Classifier.Score([.. _tiny.Validation.Select(row => tuned.Classifier.Encode(row.Text, row.Pair))], scores);
        return _tiny.Validation.Select((row, i) => -Math.Log(scores[2 * i + row.Label])).Average();
    }

    /// <summary>A run by a clock that goes on by so many seconds after each step, by its number.</summary>
    private TextClassificationRequest Timed(TuningOptions options, Func<int, double> seconds, bool validates = false)
    {
        var clock = new SteppedClock();
        TuningOptions timed = options with
        {
            Progress = p =>
            {
                if (p.Phase == TuningPhase.Training)
                    clock.Advance(seconds(p.Step));
                options.Progress?.Invoke(p);
            },
        };
        return _tiny.Task(timed, validates) with { Clock = clock };
    }
}
