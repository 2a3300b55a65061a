using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Reports;
using Microsoft.ML.KappaTune.Tests.Retention;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>Whole runs within a budget.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class BudgetRunTests : IDisposable
{
    private readonly BudgetedTask _task = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _task.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string, RetentionBudget, TuningMethod, TuningPrecision> Budgets => new()
    {
        { "drift", new() { MaximumDrift = 0.03 }, TuningMethod.Direct, TuningPrecision.Float32 },
        { "keep", new() { Keep = 0.98 }, TuningMethod.Direct, TuningPrecision.Float32 },
        { "divergence", new() { MaximumDivergence = 0.02 }, TuningMethod.Direct, TuningPrecision.Float32 },
        {
            "all", new() { Keep = 0.98, MaximumDivergence = 0.02, MaximumDrift = 0.02 }, TuningMethod.Direct, TuningPrecision.Float32
        },
        { "LoRA", new() { MaximumDrift = 0.03 }, TuningMethod.Lora(rank: 2), TuningPrecision.Float32 },
        { "bfloat16", new() { MaximumDivergence = 0.02 }, TuningMethod.Direct, TuningPrecision.BFloat16 },
    };

    [Theory, MemberData(nameof(Budgets))]
    public void Probes_find_a_rate_and_the_result_is_within(
        string name, RetentionBudget budget, TuningMethod method, TuningPrecision precision)
    {
        var phases = new List<TuningProgress>();
        (TuningReport report, SortedDictionary<string, float[]> weights) = _task.Tune(
            _task.Probed with { Budget = budget, Method = method, Precision = precision, Progress = phases.Add });
        BudgetReport kept = report.Budget!;
        Assert.Equal((BudgetOutcome.Learned, true), (kept.Outcome, kept.IsHeld));
        Assert.InRange(kept.DecidedUsed!.Value, -10, 1);
        Assert.False(TinyTask.AreSame(_task.Tiny.Untuned(), weights), name);
        Assert.Equal((BudgetedTask.Half, BudgetedTask.Half, BudgetedTask.Half), (
            kept.DecidingSamples, kept.WatchedSamples, kept.HeldOutSamples));
        Assert.Equal(RetentionObjective.MaskedTokens, kept.Objective);

        // Each was asked for what is limited, and for nothing else.
        Assert.InRange(kept.Probes.Count, 2, 4);
        Assert.Equal(kept.Probes.OrderBy(probe => probe.LearningRate), kept.Probes);
        Assert.NotEmpty(kept.Course);
        foreach (BudgetMeasurement measured in
            kept.Probes.Select(probe => probe.Measured).Concat(kept.Course.Select(point => point.Measured)).Append(kept.Decided!))
        {
            Assert.Equal(
                (budget.Keep is null, budget.MaximumDivergence is null, budget.MaximumDrift is null),
                (measured.LossIncrease is null, measured.Divergence is null, measured.Drift is null));
        }

        // In a fifth of the steps the head trains alone.
        const int HeadSteps = BudgetedTask.AllSteps / 5;
        Assert.All(report.Losses.Take(HeadSteps), step => Assert.Equal(0, step.LearningRate));
        Assert.InRange(report.Losses[HeadSteps].LearningRate, double.Epsilon, kept.LearningRate!.Value);
        const int TheRest = BudgetedTask.AllSteps - HeadSteps;
        Assert.Equal(
            Enumerable.Range(1, kept.PlannedMeasurements).Select(
                k => HeadSteps + (int)Math.Ceiling(TheRest * Math.Pow(k / (kept.PlannedMeasurements + 1.0), 2))),
            kept.Course.Select(point => point.Step));
        Assert.Equal(BudgetedTask.AllSteps, report.Losses.Count);

        // They are told of before the steps that they decide about, and never beyond what was announced.
        TuningProgress[] probing = [.. phases.Where(progress => progress.Phase == TuningPhase.Probing)];
        Assert.Equal(kept.Probes.Sum(probe => probe.Steps), probing.Length);
        Assert.Equal(Enumerable.Range(1, probing.Length), probing.Select(progress => progress.Step));
        Assert.All(probing, progress => Assert.InRange(progress.Step, 1, progress.TotalSteps));
        Assert.Equal(HeadSteps, phases.FindIndex(progress => progress.Phase == TuningPhase.Probing)
            - phases.FindIndex(progress => progress.Phase == TuningPhase.Training));
        Assert.Contains(phases, progress => progress.Phase == TuningPhase.Deciding);
        Assert.Equal(kept.Course[^1], phases.Last(progress => progress.Phase == TuningPhase.Training).Keeping);
    }

    [Fact]
    public void A_sentence_encoder_keeps_its_own_objective()
    {
        string text = _folder.Write("pairs.txt", SentenceEncoder.Text(40));
        (TuningReport report, _) = _task.Tune(_task.Probed with
        {
            BaseModel = SentenceEncoder.Write(_folder),
            RetentionText = text,
            Budget = new() { Keep = 0.9, MaximumDivergence = 0.05 },
        });
        BudgetReport kept = report.Budget!;
        Assert.Equal((RetentionObjective.SentencePairs, 20, 20), (kept.Objective, kept.DecidingSamples, kept.HeldOutSamples));
        Assert.Equal((true, BudgetOutcome.Learned), (kept.IsHeld, kept.Outcome));
        Assert.InRange(kept.Probes.Count, 2, 4);
    }

    [Fact]
    public void A_rate_of_the_users_that_leads_far_beyond_falls()
    {
        (TuningReport report, _) = _task.Tune(
            _task.Crossing with { LearningRate = 8e-3, Budget = new() { Keep = 0.2, MaximumDivergence = 0.001 } });
        IReadOnlyList<BudgetPoint> course = report.Budget!.Course;
        Assert.Equal(BudgetAction.RateLowered, course[0].Action);
        Assert.InRange(course[0].Expected, 2, 100);
        Assert.All(course.Skip(1), point => Assert.Equal(BudgetAction.None, point.Action));
        Assert.InRange(course[0].LearningRate / 8e-3, 0.02, 0.5);
        Assert.Equal(course[0].LearningRate, report.Losses[^1].LearningRate);
    }

    [Fact]
    public void A_rate_of_the_users_isn_t_probed_and_goes_back()
    {
        (TuningReport report, _) = _task.Tune(_task.Crossing);
        BudgetReport kept = report.Budget!;
        Assert.Empty(kept.Probes);
        Assert.Equal(2e-3, kept.LearningRate);
        Assert.Equal(
            [BudgetAction.RolledBack], kept.Course.Select(point => point.Action).Where(action => action != BudgetAction.None));
        BudgetPoint back = kept.Course.Single(point => point.Action == BudgetAction.RolledBack);
        BudgetPoint before = kept.Course.TakeWhile(point => point != back).Last();
        Assert.True(back.Used > 1 && before.Used is > 0 and < 1, $"{before.Used} and {back.Used}");
        Assert.InRange(back.LearningRate / before.LearningRate, 0.02, 0.5);
        Assert.Equal((BudgetOutcome.Learned, true), (kept.Outcome, kept.IsHeld));
        // It trains from the first step on, and its rates are those of the schedule by what the course says.
        Assert.Equal(2e-3 / 77, report.Losses[0].LearningRate, 1e-12);
        Assert.Equal(before.LearningRate, report.Losses[back.Step - 1].LearningRate, 1e-15);
        Assert.All(report.Losses.Skip(back.Step), step => Assert.Equal(back.LearningRate, step.LearningRate));
    }

    [Fact]
    public void Who_watches_a_run_that_goes_back_is_told_to_what()
    {
        var phases = new List<TuningProgress>();
        var lines = new List<string>();
        TextClassificationRequest request = _task.Tiny.Task(_task.Crossing with { Progress = phases.Add }) with { Log = lines.Add };
        (TuningReport report, _) = _task.Tune(request);
        IReadOnlyList<BudgetPoint> course = report.Budget!.Course;
        int back = course.Index().Single(point => point.Item.Used > 1).Index;
        BudgetPoint beyond = course[back], within = course[back - 1];
        TuningProgress[] steps = [.. phases.Where(progress => progress.Phase == TuningPhase.Training)];
        Assert.All(steps.Take(course[0].Step - 1), progress => Assert.Null(progress.Used));
        Assert.Equal((within, within.Used), (steps[beyond.Step - 2].Keeping, steps[beyond.Step - 2].Used));
        Assert.Equal((beyond, within.Used), (steps[beyond.Step - 1].Keeping, steps[beyond.Step - 1].Used));
        string words = $"; the weights go back to where it was {BudgetWords.Share(within.Used)}, ";
        Assert.Contains(lines, line => line.Contains(words, StringComparison.Ordinal));
        // What decides is told of to its end, however soon that is.
        TuningProgress decided = phases.Last(progress => progress.Phase == TuningPhase.Deciding);
        Assert.Equal((decided.TotalSteps, true), (decided.Step, decided.Step > 0));
    }

    [Fact]
    public void What_goes_back_before_anything_was_within_uses_nothing()
    {
        var used = new List<double?>();
        _task.Tune(_task.Crossing with
        {
            LearningRate = 1e-2,
            WarmupRatio = 0,
            Budget = new() { MaximumDrift = 0.01 },
            Progress = p => used.AddRange(p is { Phase: TuningPhase.Training, Keeping.Used: > 1 } ? [p.Used] : []),
        });
        Assert.Equal(0, used[0]);
    }

    [Theory, InlineData(0.1), InlineData(0.01)]
    public void A_rate_of_the_users_that_is_too_high_is_followed_by_a_lower_one_from_the_base(double limit)
    {
        (TuningReport report, SortedDictionary<string, float[]> weights) = _task.Tune(
            _task.Crossing with { LearningRate = 1e-2, WarmupRatio = 0, Budget = new() { MaximumDrift = limit } });
        BudgetReport kept = report.Budget!;
        Assert.Equal(BudgetAction.RolledBack, kept.Course[0].Action);
        Assert.Equal((BudgetOutcome.Learned, true), (kept.Outcome, kept.IsHeld));
        Assert.False(TinyTask.AreSame(_task.Tiny.Untuned(), weights));
    }

    [Fact]
    public void Where_training_gives_no_finite_loss_it_goes_back()
    {
        (TuningReport report, SortedDictionary<string, float[]> weights) = _task.Tune(_task.Diverging);
        BudgetReport kept = report.Budget!;
        Assert.Equal([(1, BudgetAction.RolledBack), (2, BudgetAction.Frozen)], kept.Course.Select(point => (point.Step, point.Action)));
        Assert.All(kept.Course, point => Assert.Equal((double.PositiveInfinity, new()), (point.Used, point.Measured)));
        Assert.Equal((BudgetOutcome.HeadOnly, true), (kept.Outcome, kept.IsHeld));
        Assert.Equal(BudgetedTask.AllSteps, report.Losses.Count);
        Assert.All(report.Losses, step => Assert.True(double.IsFinite(step.Loss), $"{step}"));
        _task.AssertBase(weights);
    }

    [Fact]
    public void With_no_rollback_left_the_selected_tensors_stay_as_they_were_within()
    {
        int steps = 0;
        (TuningReport report, _) = _task.Tune(_task.Crossing with
        {
            Budget = _task.Crossing.Budget! with { MaximumRollbacks = 0 },
            Progress = p => steps += p.Phase == TuningPhase.Training ? 1 : 0,
        });
        BudgetReport kept = report.Budget!;
        Assert.Equal((BudgetAction.Frozen, 0), (kept.Course[^1].Action, kept.Course[^1].LearningRate));
        Assert.True(kept.Course[^1].Used > 1, $"{kept.Course[^1]}");
        Assert.Equal(BudgetedTask.AllSteps, steps);
        Assert.All(report.Losses.Skip(kept.Course[^1].Step), step => Assert.Equal(0, step.LearningRate));
        // What was measured last within the budget is what is decided about.
        Assert.Equal((BudgetOutcome.Learned, 1, true), (kept.Outcome, kept.Interpolation, kept.IsHeld));
        Assert.Equal(kept.Course[^2].Measured.Divergence!.Value, kept.Decided!.Divergence!.Value, 1e-12);
    }

    [Fact]
    public void Once_they_stay_the_head_alone_trains_to_the_end()
    {
        var epochs = new List<SortedDictionary<string, float[]>>();
        TextClassificationRequest request = _task.Tiny.Task(
            _task.Probed with { LearningRate = 1e-2, Budget = new() { MaximumDrift = 1e-9, MaximumRollbacks = 0 } });
        (TuningReport report, _) = _task.Tune(request with { EpochEnded = moment => epochs.Add(TinyTask.Weights(moment.Model)) });
        BudgetPoint frozen = Assert.Single(report.Budget!.Course);
        Assert.Equal(BudgetAction.Frozen, frozen.Action);
        Assert.InRange(frozen.Step, 1, BudgetedTask.StepsPerEpoch);
        // Before the first step, and after each epoch.
        Assert.Equal(BudgetedTask.Epochs + 1, epochs.Count);
        Assert.All(epochs.Skip(1), _task.AssertBase);
        Assert.Equal(
            BudgetedTask.Epochs, epochs.Skip(1).Select(weights => weights["classifier.weight"][0]).Distinct().Count());
    }

    [Fact]
    public void A_result_that_is_over_the_budget_goes_back_toward_the_base()
    {
        (TuningReport report, SortedDictionary<string, float[]> weights) = _task.Tune(_task.OneStep);
        BudgetReport kept = report.Budget!;
        Assert.Empty(kept.Course);
        Assert.Single(report.Losses);
        Assert.InRange(kept.Interpolation, 0.05, 0.9);
        Assert.InRange(kept.DecidedUsed!.Value, 0.05, 1);
        Assert.Equal((BudgetOutcome.Learned, true), (kept.Outcome, kept.IsHeld));
        // What is selected moved by a part of the step, the head by all of it.
        SortedDictionary<string, float[]> start = _task.Tiny.Untuned();
        Assert.Equal(1e-2, Moved("classifier.weight"), 1e-4);
        double selected = report.Plan.Selected.Max(tensor => Moved(tensor.Name));
        Assert.Equal(1e-2 * kept.Interpolation, selected, 1e-4);

        double Moved(string name) => start[name].Zip(weights[name], (before, after) => Math.Abs(before - after)).Max();
    }

    public static TheoryData<double?, double, TuningMethod> Impossible => new()
    {
        { 1e-2, 1e-9, TuningMethod.Direct }, { 1e-2, 1e-9, TuningMethod.Lora(rank: 2) }, { null, 1e-15, TuningMethod.Direct },
    };

    [Theory, MemberData(nameof(Impossible))]
    public void Where_nothing_can_be_learnt_within_it_is_the_base_with_its_new_head(double? rate, double limit, TuningMethod method)
    {
        (TuningReport report, SortedDictionary<string, float[]> weights) = _task.Tune(
            _task.Probed with { LearningRate = rate, Method = method, Budget = new() { MaximumDrift = limit } });
        BudgetReport kept = report.Budget!;
        Assert.Equal((BudgetOutcome.HeadOnly, true), (kept.Outcome, kept.IsHeld));
        Assert.Equal(new() { Value = 0, Low = 0, High = 0 }, kept.Drift);
        Assert.Equal(0, kept.DecidedUsed);
        _task.AssertBase(weights);
        Assert.Contains(BudgetAction.Frozen, kept.Course.Select(point => point.Action));
    }

    [Fact]
    public void A_budget_that_is_never_reached_changes_nothing()
    {
        TuningOptions options = _task.Probed with { LearningRate = 1e-3, MaxEpochs = 2, RetentionText = null, Budget = null };
        SortedDictionary<string, float[]> free = TinyTask.WeightsOf(_task.Tiny.Tune(options));
        (TuningReport report, SortedDictionary<string, float[]> weights) = _task.Tune(
            options with { RetentionText = _task.Text, Budget = new() { MaximumDrift = 2 } });
        Assert.All(report.Budget!.Course, point => Assert.Equal(BudgetAction.None, point.Action));
        Assert.NotEmpty(report.Budget.Course);
        TinyTask.AssertSame(free, weights);
    }

    [Fact]
    public void Without_a_budget_the_rate_that_isn_t_given_is_the_one_of_always()
    {
        TuningOptions options = _task.Tiny.Options with { MaxEpochs = 1 };
        SortedDictionary<string, float[]> given = TinyTask.WeightsOf(_task.Tiny.Tune(options with { LearningRate = 1e-4 }));
        TunedClassifier tuned = _task.Tiny.Tune(options with { LearningRate = null });
        Assert.Null(tuned.Report.Budget);
        Assert.Null(tuned.Report.Retention);
        TinyTask.AssertSame(given, TinyTask.WeightsOf(tuned));
    }

    [Fact]
    public void Without_a_text_it_is_the_one_that_ships()
    {
        (TuningReport report, _) = _task.Tune(_task.Probed with { RetentionText = null, MaxEpochs = 1 });
        Assert.Equal(ControlSource.Shipped.Name, report.Budget!.Text);
        Assert.Equal((200, 200, 200), (report.Budget.DecidingSamples, report.Budget.WatchedSamples, report.Budget.HeldOutSamples));
    }

    [Fact]
    public void A_base_that_knows_nothing_of_the_text_is_a_warning()
    {
        List<string> warned = [];
        (TuningReport report, _) = _task.Tune(
            _task.Tiny.Task(_task.Crossing with { MaxEpochs = 1 }) with { Warn = warned.Add });
        Assert.Contains(warned, IsOfLoss);
        Assert.Equal(warned, report.Warnings);
        // Drift has no chance to compare it with.
        Assert.DoesNotContain(_task.Tune(_task.OneStep).Report.Warnings, IsOfLoss);

        bool IsOfLoss(string warning) =>
            warning.StartsWith($"{_task.Text} has little that the base model could lose", StringComparison.Ordinal);
    }

    [Fact]
    public void A_budget_that_the_other_half_exceeds_is_a_warning()
    {
        Assert.Null(BudgetSample.Held().Warning);
        string warning = BudgetSample.Over().Warning!;
        Assert.StartsWith("On the half of control </script>.txt that decided nothing, the result used 104 % of the budget (", warning);
        (TuningReport report, _) = _task.Tune(_task.Probed with { MaxEpochs = 1 });
        Assert.Equal(report.Budget!.IsHeld == false, report.Warnings.Contains(report.Budget.Warning!));
    }

    [Fact]
    public void Texts_in_memory_are_a_control_text_too()
    {
        var texts = ControlSource.FromTexts("Column 'Control'", [File.ReadAllText(_task.Text)]);
        TextClassificationRequest request = _task.Tiny.Task(_task.Crossing with { RetentionText = null });
        (TuningReport byRows, SortedDictionary<string, float[]> weights) = _task.Tune(request with { ControlTexts = texts });
        (_, SortedDictionary<string, float[]> byFile) = _task.Tune(_task.Crossing);
        Assert.Equal("Column 'Control'", byRows.Budget!.Text);
        TinyTask.AssertSame(byFile, weights);
    }

    [Fact]
    public void A_base_without_a_head_has_drift_alone()
    {
        using var bare = new TinyTask(withPooler: true) { Train = TinyTask.Rows(80, seed: 1) };
        TuningOptions options = _task.Probed with { BaseModel = bare.Base, MaxEpochs = 1 };
        (RetentionBudget Budget, string Name)[] refused =
        [
            (new() { Keep = 0.98 }, "Budget.Keep is 0.98"),
            (new() { MaximumDivergence = 0.1, MaximumDrift = 0.1 }, "Budget.MaximumDivergence"),
        ];
        foreach ((RetentionBudget budget, string name) in refused)
        {
            var e = Assert.Throws<ArgumentException>(
                () => bare.Tune(options with { Budget = budget, Progress = _ => Assert.Fail("it began") }));
            Assert.StartsWith(name, e.Message);
            Assert.Contains("Set Budget.MaximumDrift instead", e.Message);
        }

        TunedClassifier tuned = bare.Tune(options);
        BudgetReport kept = tuned.Report.Budget!;
        Assert.Equal((null, true), (kept.Objective, kept.IsHeld));
        Assert.Null(kept.Divergence);
        Assert.NotNull(kept.Drift);
        TinyTask.WeightsOf(tuned);
    }

    [Fact]
    public void A_text_that_is_too_short_for_two_halves_is_refused_before_anything_is_done()
    {
        string text = _folder.Write("short.txt", string.Concat(Enumerable.Repeat("the film was very good ", 60)));
        var e = Assert.Throws<FormatException>(
            () => _task.Tiny.Tune(_task.Probed with { RetentionText = text, Progress = _ => Assert.Fail("it began") }));
        Assert.StartsWith($"{text} is too short for a budget: it has ", e.Message);
    }
}
