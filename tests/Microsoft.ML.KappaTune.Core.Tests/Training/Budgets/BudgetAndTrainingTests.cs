using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>A budget beside what else decides how a run goes: validation rows, early stopping, epochs of the head alone, a limit of time.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class BudgetAndTrainingTests : IDisposable
{
    private readonly BudgetedTask _task = new();

    public void Dispose() => _task.Dispose();

    [Fact]
    public void A_shorter_way_is_taken_where_validation_rows_say_so()
    {
        // Labels that have nothing to do with the texts are learnt by heart: the less of it, the better.
        var random = new Random(5);
        _task.Tiny.Train = [.. TinyTask.Rows(80, seed: 1).Select(row => row with { Label = random.Next(2) })];
        TuningOptions options = _task.Probed with
        {
            MaxEpochs = 12,
            LearningRate = 3e-3,
            Selection = KappaSelection.LowestFraction(1),
            Budget = new() { MaximumDrift = 2 },
        };
        (TuningReport plain, SortedDictionary<string, float[]> whole) = _task.Tune(options);
        (TuningReport report, SortedDictionary<string, float[]> weights) = _task.Tune(options, validates: true);
        Assert.Equal(1, plain.Budget!.Interpolation);
        Assert.Equal(0.6, report.Budget!.Interpolation, 1e-12);
        SortedDictionary<string, float[]> start = _task.Tiny.Untuned();
        foreach ((string name, float[] values) in weights)
        {
            double share = report.Plan.Selected.Any(tensor => tensor.Name == name) ? 0.6 : 1;
            Assert.All(
                start[name].Zip(whole[name], values),
                three => Assert.Equal((1 - share) * three.First + share * three.Second, three.Third, 1e-5));
        }
    }

    [Fact]
    public void Early_stopping_and_a_budget_give_the_best_epoch_within()
    {
        (TuningReport report, _) = _task.Tune(_task.Crossing with { EarlyStopping = new(Patience: 4) }, validates: true);
        Assert.Equal(BudgetedTask.Epochs, report.Epochs.Count);
        Assert.Equal(report.Epochs.MinBy(epoch => epoch.Validation!.Loss)!.Epoch, report.BestEpoch);
        Assert.True(report.Budget!.IsHeld);
        Assert.InRange(report.Budget.DecidedUsed!.Value, 0, 1);
    }

    [Fact]
    public void Where_the_best_epoch_is_one_of_the_head_alone_the_result_is_the_base()
    {
        // What is learnt is wrong for these validation rows: the more of it, the worse.
        _task.Tiny.Validation = [.. _task.Tiny.Validation.Select(row => row with { Label = 1 - row.Label })];
        (TuningReport report, SortedDictionary<string, float[]> weights) = _task.Tune(
            _task.Probed with
            {
                LearningRate = 3e-3,
                HeadLearningRate = 1e-3,
                HeadEpochs = 2,
                MaxEpochs = 6,
                Selection = KappaSelection.LowestFraction(1),
                EarlyStopping = new(Patience: 6),
                Budget = new() { MaximumDrift = 2 },
            },
            validates: true);
        Assert.InRange(report.BestEpoch, 1, 2);
        Assert.Equal(BudgetOutcome.HeadOnly, report.Budget!.Outcome);
        _task.AssertBase(weights);
    }

    [Theory, InlineData(null), InlineData(1e-3)]
    public void Epochs_of_the_head_alone_are_those_that_are_asked_for(double? rate)
    {
        (TuningReport report, _) = _task.Tune(_task.Probed with { LearningRate = rate, HeadEpochs = 2 });
        const int HeadSteps = 2 * BudgetedTask.StepsPerEpoch;
        Assert.All(report.Losses.Take(HeadSteps), step => Assert.Equal(0, step.LearningRate));
        Assert.True(report.Losses[HeadSteps].LearningRate > 0);
        Assert.All(report.Budget!.Course, point => Assert.True(point.Step > HeadSteps));
        Assert.NotEmpty(report.Budget.Course);
        Assert.Equal(rate is null, report.Budget.Probes.Count > 0);
        Assert.True(report.Budget.IsHeld);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(5)]
    public void The_shortest_runs_have_a_budget_too(int rows)
    {
        // A run of as many steps, in which probes are as short.
        _task.Tiny.Train = [.. TinyTask.Rows(rows, seed: 1).Select((row, i) => row with { Label = i % 2 })];
        (TuningReport report, _) = _task.Tune(_task.Probed with { MaxEpochs = 1, BatchSize = 1 });
        Assert.Equal(rows, report.Losses.Count);
        Assert.InRange(report.Budget!.Probes.Count, 1, 4);
        Assert.All(report.Losses, step => Assert.InRange(step.LearningRate, 0, report.Budget.LearningRate!.Value));
        Assert.True(report.Losses[^1].LearningRate > 0);
        Assert.True(report.Budget.IsHeld);
    }

    [Fact]
    public void A_run_that_is_out_of_time_is_within_its_budget()
    {
        (TuningReport free, _) = Timed(time: null);
        (TuningReport limited, _) = Timed(TimeSpan.FromSeconds(110));
        Assert.Equal((TuningStop.Completed, TuningStop.OutOfTime), (free.Stop, limited.Stop));
        // By this clock a step of the head takes as long as any, of which more is planned for: so fewer than would do.
        Assert.InRange(limited.Losses.Count, 30, 100);
        // The time that probes take counts, and they are for the steps that are planned.
        Assert.InRange(limited.Losses.Count + limited.Budget!.Probes.Sum(probe => probe.Steps), 40, 110);
        Assert.True(limited.Budget.Probes[0].Steps < free.Budget!.Probes[0].Steps);
        Assert.NotNull(limited.Budget.Decided);
        Assert.True(limited.Budget.IsHeld);

        (TuningReport, SortedDictionary<string, float[]>) Timed(TimeSpan? time)
        {
            var clock = new SecondsClock();
            TuningOptions options = _task.Probed with
            {
                MaximumTime = time,
                Progress = progress => clock.Seconds += progress.Phase is TuningPhase.Training or TuningPhase.Probing ? 1 : 0,
            };
            return _task.Tune(_task.Tiny.Task(options) with { Clock = clock });
        }
    }

    [Fact]
    public void A_budget_of_time_and_one_of_memory_go_together_with_it()
    {
        (TuningReport report, _) = _task.Tune(_task.Crossing with { MaximumOptimizerMemory = 40_000, MaximumTime = TimeSpan.FromDays(1) });
        Assert.Equal(TuningStop.Completed, report.Stop);
        Assert.InRange(8 * report.TrainableParameters, 20_000, 40_000);
        Assert.True(report.Budget!.IsHeld);
    }

    private sealed class SecondsClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    [Fact]
    public void What_to_do_about_a_loss_that_isn_t_finite_depends_on_who_sets_the_rate()
    {
        using var state = new TuningState();
        Assert.StartsWith("Lower LearningRate and ", Remedy(_task.Crossing));
        Assert.StartsWith("Lower LearningRate and ", Remedy(_task.Probed with { Budget = null }));
        Assert.EndsWith("or set LearningRate instead of having it found.", Remedy(_task.Probed));

        string Remedy(TuningOptions options) => TuningEpochs<int>.Settings(options, stepsPerEpoch: 10, state, hasHead: true).Remedy;
    }
}
