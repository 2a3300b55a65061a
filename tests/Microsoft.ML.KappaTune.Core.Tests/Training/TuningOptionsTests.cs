using Microsoft.ML.KappaTune.Tasks.Classification;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>Every option does something, and every wrong value is refused by name.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class TuningOptionsTests : IDisposable
{
    private readonly TinyTask _tiny = new() { Train = TinyTask.Rows(40, seed: 1), Validation = TinyTask.Rows(20, seed: 2) };

    public void Dispose() => _tiny.Dispose();

    private TuningOptions Options => _tiny.Options with { MaxEpochs = 1 };

    private static readonly Dictionary<string, Func<TextClassificationRequest, TextClassificationRequest>> ByOption = new()
    {
        ["Selection"] = With(o => o with { Selection = KappaSelection.Lowest(1) }),
        ["Method"] = With(o => o with { Method = TuningMethod.Lora(2) }),
        ["Method = within parameters"] = With(o => o with { Method = TuningMethod.LoraWithin(2000) }),
        ["MaxEpochs"] = With(o => o with { MaxEpochs = 2 }),
        ["HeadEpochs"] = With(o => o with { MaxEpochs = 2, HeadEpochs = 1 }),
        ["BatchSize"] = With(o => o with { BatchSize = 5 }),
        ["GradientAccumulation"] = With(o => o with { GradientAccumulation = 2 }),
        ["LearningRate"] = With(o => o with { LearningRate = 5e-3 }),
        ["HeadLearningRate"] = With(o => o with { HeadLearningRate = 5e-3 }),
        ["WeightDecay"] = With(o => o with { WeightDecay = 0.5 }),
        ["Schedule = Cosine"] = With(o => o with { Schedule = LearningRateSchedule.Cosine }),
        ["Schedule = Constant"] = With(o => o with { Schedule = LearningRateSchedule.Constant }),
        ["WarmupRatio"] = With(o => o with { WarmupRatio = 0.6 }),
        ["MaximumOptimizerMemory"] = With(o => o with { MaximumOptimizerMemory = 30_000 }),
        ["GradientClip"] = With(o => o with { GradientClip = 0.01 }),
        ["MaxSequenceLength"] = With(o => o with { MaxSequenceLength = 5 }),
        ["ValidationFraction"] = With(o => o with { ValidationFraction = 0.2 }),
        ["Seed"] = With(o => o with { Seed = 7 }),
        ["Precision"] = With(o => o with { Precision = TuningPrecision.BFloat16 }),
        ["LabelSmoothing"] = task => task with { LabelSmoothing = 0.2 },
        ["ClassWeights"] = task => task with { ClassWeights = ClassWeights.Balanced },
    };

    public static TheoryData<string> Changes => [.. ByOption.Keys];

    [Fact]
    public void Every_option_that_is_in_a_run_s_identity_is_among_them()
    {
        string[] tried = [.. ByOption.Keys.Select(name => name.Split(' ')[0]).Distinct()];
        // What ends training early and a budget have tests of their own; a share of rows is in the identity as the rows it takes; the
        // classifier's trainer adds class weights and label smoothing.
        Assert.Equal(
            OptionInfo.AllOf(typeof(TuningOptions)).Where(option => option.IsInIdentity)
                .Select(option => option.Name).Except(["EarlyStopping", "Budget"])
                .Concat(["ClassWeights", "LabelSmoothing", "ValidationFraction"]).Order(),
            tried.Order());
    }

    [Theory, MemberData(nameof(Changes))]
    public void An_option_changes_what_comes_out(string option)
    {
        TextClassificationRequest task = _tiny.Task(Options);
        var before = TinyTask.WeightsOf(TextClassificationTuner.Tune(task));
        Assert.False(TinyTask.AreSame(before, TinyTask.WeightsOf(TextClassificationTuner.Tune(ByOption[option](task)))), option);
    }

    [Fact]
    public void Biases_and_norms_train_where_asked_for()
    {
        TuningOptions withNorms = Options with { Selection = Options.Selection with { Norms = true } };
        string[] plain = Trained(Options), norms = Trained(withNorms);
        string[] biases = Trained(Options with { Selection = Options.Selection with { Biases = true } });
        Assert.DoesNotContain(plain, name => name.Contains("LayerNorm", StringComparison.Ordinal));
        Assert.NotEmpty(biases.Except(plain));
        Assert.All(biases.Except(plain), name => Assert.EndsWith(".bias", name));
        Assert.Equal(2 + 4 * TinyTask.Layers, norms.Count(name => name.Contains("LayerNorm", StringComparison.Ordinal)));
        // LoRA has no adapters for vectors: they train themselves.
        Assert.Equal(norms, Trained(withNorms with { Method = TuningMethod.Lora(2) }));

        string[] Trained(TuningOptions options)
        {
            TunedClassifier tuned = _tiny.Tune(options);
            TinyTask.WeightsOf(tuned);
            return [.. tuned.TrainedTensors];
        }
    }

    [Fact]
    public void The_scan_cache_is_used()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { ScanCacheDirectory = folder.Path };
        TinyTask.WeightsOf(_tiny.Tune(options));
        Assert.NotEmpty(Directory.GetFiles(folder.Path, "*.bin"));
    }

    [Fact]
    public void Threads_are_set_for_the_run()
    {
        int during = 0;
        TunedClassifier tuned = _tiny.Tune(Options with { Threads = 2, Progress = _ => during = torch.get_num_threads() });
        Assert.Equal(2, during);
        Assert.Equal(2, tuned.Report.Threads);
        TinyTask.WeightsOf(tuned);
    }

    [Fact]
    public void Progress_tells_all_phases_and_the_log_every_epoch()
    {
        var seen = new List<TuningProgress>();
        var lines = new List<string>();
        TunedClassifier tuned = TextClassificationTuner.Tune(
            _tiny.Task(_tiny.Options with { Progress = seen.Add }, validates: true) with { Log = lines.Add });
        TinyTask.WeightsOf(tuned);

        Assert.Equal([TuningPhase.Scanning, TuningPhase.Tokenizing, TuningPhase.Training, TuningPhase.Validated],
            seen.Select(p => p.Phase).Distinct());
        TuningProgress[] steps = [.. seen.Where(p => p.Phase == TuningPhase.Training)];
        Assert.Equal(Enumerable.Range(1, 10), steps.Select(p => p.Step));
        Assert.Equal(tuned.Report.Losses, steps.Select(p => new StepLoss(p.Step, p.Loss, p.LearningRate)));
        Assert.All(steps, p => Assert.True(p is { TotalSteps: 10, TotalEpochs: 2, RowsPerSecond: > 0, Remaining: not null }, p.ToString()));
        Assert.Equal(
            tuned.Report.Epochs.Select(e => e.Validation), seen.Where(p => p.Phase == TuningPhase.Validated).Select(p => p.Validation));
        Assert.Equal(60, seen.Last(p => p.Phase == TuningPhase.Tokenizing).Step);
        Assert.Equal(TimeSpan.Zero, seen[^1].Remaining);
        Assert.Contains(lines, line => line.StartsWith("Epoch 2 of 2: loss ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains('\n'));
    }

    [Fact]
    public void Validation_rows_do_not_change_what_is_learnt() => TinyTask.AssertSame(
        TinyTask.WeightsOf(_tiny.Tune(_tiny.Options)), TinyTask.WeightsOf(_tiny.Tune(_tiny.Options, validates: true)));

    [Fact]
    public void A_text_that_is_too_long_is_counted()
    {
        TunedClassifier tuned = _tiny.Tune(Options with { MaxSequenceLength = 8 });
        Assert.Equal(_tiny.Train.Count(row => row.Text.Split(' ').Length > 6), tuned.Report.TruncatedRows);
        Assert.Equal(8, tuned.Classifier.MaxTokens);
        TinyTask.WeightsOf(tuned);
    }

    public static TheoryData<string, Func<TuningOptions, TuningOptions>> WrongValues => new()
    {
        { "BaseModel is empty", o => o with { BaseModel = " " } },
        { "Selection is null", o => o with { Selection = null! } },
        { "Method is null", o => o with { Method = null! } },
        { "MaxEpochs is 0; allowed is 1 or more", o => o with { MaxEpochs = 0 } },
        { "Selection.Amount is 7; allowed is above 0 and at most 1 with LowestFraction", o => o with { Selection = new() { Amount = 7 } } },
        { "Method.Rank is -3; allowed is 1 or more, or 0 for direct training", o => o with { Method = new() { Rank = -3 } } },
        { "Method.Alpha is -1; allowed is above 0", o => o with { Method = new() { Rank = 2, Alpha = -1 } } },
        { "Method.Alpha is 8; allowed is 0 where Rank is 0", o => o with { Method = new() { Alpha = 8 } } },
        { "Method.Dropout is 1; allowed is 0 or more and below 1", o => o with { Method = new() { Rank = 2, Dropout = 1 } } },
        { "Method.Dropout is 0.1; allowed is 0 where Rank is 0", o => o with { Method = new() { Dropout = 0.1 } } },
        {
            "Method.Rank is 4; allowed is 0 where a ParameterBudget says what the ranks are",
            o => o with { Method = new() { Rank = 4, ParameterBudget = 9 } }
        },
        { "Method.ParameterBudget is 0; allowed is 1 or more", o => o with { Method = new() { ParameterBudget = 0 } } },
        { "Method.ParameterBudget is 9; allowed is ", o => o with { Method = TuningMethod.LoraWithin(9) } },
        {
            "MaximumOptimizerMemory is 99; allowed is null where Method.ParameterBudget",
            o => o with { MaximumOptimizerMemory = 99, Method = TuningMethod.LoraWithin(5000) }
        },
        { "HeadEpochs is -1; allowed is 0 or more", o => o with { HeadEpochs = -1, MaxEpochs = 10 } },
        { "HeadEpochs is 1; allowed is 0 or more and below MaxEpochs, 1", o => o with { HeadEpochs = 1 } },
        { "BatchSize is 0; allowed is 1 or more", o => o with { BatchSize = 0 } },
        { "GradientAccumulation is -1; allowed is 1 or more", o => o with { GradientAccumulation = -1 } },
        { "LearningRate is 0; allowed is above 0 and at most 1", o => o with { LearningRate = 0 } },
        { "HeadLearningRate is NaN; allowed is above 0 and at most 1", o => o with { HeadLearningRate = double.NaN } },
        { "WeightDecay is 1; allowed is 0 or more and below 1", o => o with { WeightDecay = 1 } },
        { "Schedule is 9; allowed is Linear, Cosine, Constant", o => o with { Schedule = (LearningRateSchedule)9 } },
        { "WarmupRatio is -0.1; allowed is 0 or more and below 1", o => o with { WarmupRatio = -0.1 } },
        {
            "MaximumOptimizerMemory is 99; allowed is null where Selection.Policy is Threshold",
            o => o with { MaximumOptimizerMemory = 99, Selection = KappaSelection.Threshold(9) }
        },
        { "GradientClip is 0; allowed is above 0", o => o with { GradientClip = 0 } },
        { "MaxSequenceLength is 3; allowed is 4 or more", o => o with { MaxSequenceLength = 3 } },
        { "MaxSequenceLength is 25; allowed is at most 24", o => o with { MaxSequenceLength = 25 } },
        { "EarlyStopping is set; allowed is null where there are no validation rows", o => o with { EarlyStopping = new() } },
        { "EarlyStopping.Patience is 0; allowed is 1 or more", o => o with { EarlyStopping = new(Patience: 0), ValidationFraction = 0.5 } },
        {
            "EarlyStopping.Metric is 5; allowed is Loss",
            o => o with { EarlyStopping = new((ValidationMetric)5), ValidationFraction = 0.5 }
        },
        { "Budget is no limit; allowed is one with a Keep, a MaximumDivergence or a MaximumDrift.", o => o with { Budget = new() } },
        { "Budget.Keep is 1; allowed is above 0 and below 1", o => o with { Budget = new() { Keep = 1 } } },
        { "Budget.Keep is 0; allowed is above 0 and below 1", o => o with { Budget = new() { Keep = 0 } } },
        { "Budget.Keep is NaN; allowed is above 0 and below 1", o => o with { Budget = new() { Keep = double.NaN } } },
        {
            "Budget.MaximumDivergence is 0; allowed is above 0 and finite",
            o => o with { Budget = new() { MaximumDivergence = 0 } }
        },
        {
            "Budget.MaximumDivergence is Infinity; allowed is above 0 and finite",
            o => o with { Budget = new() { MaximumDivergence = double.PositiveInfinity } }
        },
        { "Budget.MaximumDrift is 2.5; allowed is above 0 and at most 2", o => o with { Budget = new() { MaximumDrift = 2.5 } } },
        {
            "Budget.MaximumRollbacks is -1; allowed is 0 or more",
            o => o with { Budget = new() { Keep = 0.9, MaximumRollbacks = -1 } }
        },
        { "MaximumOptimizerMemory is 0; allowed is 1 or more", o => o with { MaximumOptimizerMemory = 0 } },
        { "MaximumTime is 00:00:00; allowed is above 0, or null", o => o with { MaximumTime = TimeSpan.Zero } },
        { "MaximumTime is -00:00:01; allowed is above 0, or null", o => o with { MaximumTime = TimeSpan.FromSeconds(-1) } },
        { "ValidationFraction is 1; allowed is 0 or more and below 1", o => o with { ValidationFraction = 1 } },
        { "Device is gpu; allowed is auto, cpu, cuda or cuda:0", o => o with { Device = "gpu" } },
        { "Device is cuda:9; allowed is cpu", o => o with { Device = "cuda:9" } },
        { "Precision is 7; allowed is Auto, Float32, BFloat16", o => o with { Precision = (TuningPrecision)7 } },
        { "Threads is -1; allowed is 0 or more", o => o with { Threads = -1 } },
        { "ScanCacheDirectory is empty", o => o with { ScanCacheDirectory = "" } },
        { "CheckpointDirectory is empty", o => o with { CheckpointDirectory = "" } },
        { "CheckpointEvery is -1; allowed is 0 or more", o => o with { CheckpointEvery = -1, CheckpointDirectory = "x" } },
        { "CheckpointEvery is 5; allowed is 0 where CheckpointDirectory is null", o => o with { CheckpointEvery = 5 } },
        { "Resume is True; allowed is false where CheckpointDirectory is null", o => o with { Resume = true } },
        { "Include is \"nothing.*\"", o => o with { Selection = KappaSelection.Lowest(1) with { Include = ["nothing.*"] } } },
        {
            "LoRA adapts the model's linear layers",
            o => o with { Method = TuningMethod.Lora(2), Selection = KappaSelection.LowestFraction(1) with { Embeddings = true } }
        },
    };

    [Theory, MemberData(nameof(WrongValues), DisableDiscoveryEnumeration = true)]
    public void A_wrong_value_is_refused_by_name(string message, Func<TuningOptions, TuningOptions> change)
    {
        var phases = new HashSet<TuningPhase>();
        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(change(Options) with { Progress = p => phases.Add(p.Phase) }));
        Assert.StartsWith(message, e.Message);
        Assert.DoesNotContain(TuningPhase.Tokenizing, phases);
        Assert.False(Directory.Exists(_tiny.States));
    }

    [Fact]
    public void All_that_is_wrong_is_one_message()
    {
        var e = Assert.Throws<ArgumentException>(() => _tiny.Tune(Options with
        {
            Selection = new() { Amount = 2, Exclude = [""] },
            MaxEpochs = 0,
            LearningRate = 2,
            Budget = new() { Keep = 2, MaximumDrift = -1 },
            MaximumOptimizerMemory = -5,
            MaximumTime = TimeSpan.Zero,
            Device = "gpu",
            Resume = true,
        }));
        Assert.Equal(
            "MaxEpochs is 0; allowed is 1 or more. LearningRate is 2; allowed is above 0 and at most 1, or null. "
            + "MaximumOptimizerMemory is -5; allowed is 1 or more, or null. MaximumTime is 00:00:00; allowed is above 0, or null. "
            + "Selection.Amount is 2; allowed is above 0 and at most 1 with LowestFraction. "
            + "Selection.Exclude is \"\"; allowed is a pattern such as *.attention.*. "
            + "Budget.Keep is 2; allowed is above 0 and below 1, or null. "
            + "Budget.MaximumDrift is -1; allowed is above 0 and at most 2, or null. "
            + "Resume is True; allowed is false where CheckpointDirectory is null. "
            + "Device is gpu; allowed is auto, cpu, cuda or cuda:0. (Parameter 'MaxEpochs')",
            e.Message);
    }

    [Fact]
    public void Wrong_rows_are_refused()
    {
        TextClassificationRequest task = _tiny.Task(Options);
        Refused("Train is empty", task with { Train = [] });
        Refused("Validation is empty", task with { Validation = [] });
        Refused("Classes is one class", task with { Classes = ["a"] });
        Refused("Label is 2; allowed is 0 to 1", task with { Train = [new("a", null, 2)] });
        Refused("ClassWeights is 4", task with { ClassWeights = (ClassWeights)4 });
        Refused("ValidationFraction is 0.5; allowed is 0 where there is one row",
            task with { Train = [new("a", null, 1)], Options = Options with { ValidationFraction = 0.5 } });

        static void Refused(string message, TextClassificationRequest task) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(() => TextClassificationTuner.Tune(task)).Message);
    }

    private static Func<TextClassificationRequest, TextClassificationRequest> With(Func<TuningOptions, TuningOptions> change) =>
        task => task with { Options = change(task.Options) };
}
