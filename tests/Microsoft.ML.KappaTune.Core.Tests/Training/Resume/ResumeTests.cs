using System.Text.Json;
using Microsoft.ML.KappaTune.Tasks.Classification;

namespace Microsoft.ML.KappaTune.Tests.Training.Resume;

/// <summary>A run that is interrupted and resumed is the run that isn't. With dropout, accumulation and early stopping.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class ResumeTests : IDisposable
{
    private readonly TinyTask _tiny = new();

    public ResumeTests() => _tiny.Train = TinyTask.Rows(50, seed: 1);

    public void Dispose() => _tiny.Dispose();

    /// <summary>7 steps an epoch, 21 in all.</summary>
    private TuningOptions Options => _tiny.Options with
    {
        MaxEpochs = 3,
        BatchSize = 4,
        GradientAccumulation = 2,
        EarlyStopping = new(ValidationMetric.MacroAccuracy, Patience: 2),
        CheckpointDirectory = _tiny.States,
        CheckpointEvery = 1,
    };

    /// <summary>A method, epochs of the head alone, and the step after which it is interrupted.</summary>
    public static TheoryData<TuningMethod, int, int> Places => new()
    {
        { TuningMethod.Direct, 0, 1 }, { TuningMethod.Direct, 0, 7 }, { TuningMethod.Direct, 0, 16 },
        { TuningMethod.Lora(3, dropout: 0.2), 0, 9 },
        { TuningMethod.Direct, 1, 3 }, { TuningMethod.Direct, 1, 10 }, { TuningMethod.Lora(3), 2, 13 },
    };

    [Theory, MemberData(nameof(Places))]
    public void Interrupted_and_resumed_is_bit_for_bit_uninterrupted(TuningMethod method, int headEpochs, int step)
    {
        var options = Options with { Method = method, HeadEpochs = headEpochs };
        TunedClassifier whole = _tiny.Tune(options with { CheckpointDirectory = null, CheckpointEvery = 0 }, validates: true);
        Interrupt(options, step);
        var phases = new HashSet<TuningPhase>();
        TunedClassifier resumed = _tiny.Tune(options with { Resume = true, Progress = p => phases.Add(p.Phase) }, validates: true);

        Assert.DoesNotContain(TuningPhase.Scanning, phases);
        Assert.Equal(whole.Report.Losses, resumed.Report.Losses);
        Assert.Equal(Timeless(whole), Timeless(resumed));
        Assert.Equal(whole.Report.BestEpoch, resumed.Report.BestEpoch);
        Assert.Equal(whole.Report.Plan.Selected.Select(m => m.Name), resumed.Report.Plan.Selected.Select(m => m.Name));
        TinyTask.AssertSame(TinyTask.WeightsOf(whole), TinyTask.WeightsOf(resumed));
    }

    [Fact]
    public void A_run_that_has_ended_gives_the_same_again()
    {
        var first = TinyTask.WeightsOf(_tiny.Tune(Options, validates: true));
        int steps = 0;
        TunedClassifier again = _tiny.Tune(
            Options with { Resume = true, Progress = p => steps += p.Phase == TuningPhase.Training ? 1 : 0 }, validates: true);
        Assert.Equal(0, steps);
        Assert.Equal(21, again.Report.Losses.Count);
        TinyTask.AssertSame(first, TinyTask.WeightsOf(again));
    }

    [Fact]
    public void Without_a_state_a_resumed_run_is_a_new_one()
    {
        var options = Options with { MaxEpochs = 1 };
        TinyTask.AssertSame(
            TinyTask.WeightsOf(_tiny.Tune(options with { CheckpointDirectory = null, CheckpointEvery = 0 }, validates: true)),
            TinyTask.WeightsOf(_tiny.Tune(options with { Resume = true }, validates: true)));
    }

    [Fact]
    public void One_state_is_kept()
    {
        Interrupt(Options, 3);
        Assert.Single(Directory.GetDirectories(_tiny.States));
        // What an ended process left is removed.
        Directory.CreateDirectory(Path.Combine(_tiny.States, "state-000099.tmp"));
        Directory.CreateDirectory(Path.Combine(_tiny.States, "state-000100"));
        Interrupt(Options with { Resume = true }, 4);
        Assert.Single(Directory.GetDirectories(_tiny.States));
    }

    [Fact]
    public void A_state_that_is_damaged_is_refused()
    {
        Interrupt(Options, 1);
        string tensors = Directory.GetFiles(_tiny.States, "tensors.safetensors", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(tensors);
        bytes[^1] ^= 1;
        File.WriteAllBytes(tensors, bytes);
        var e = Assert.Throws<CheckpointFormatException>(() => _tiny.Tune(Options with { Resume = true }, validates: true));
        Assert.Equal(tensors, e.File);
    }

    [Fact]
    public void A_state_without_a_list_of_its_files_is_refused_and_stays()
    {
        string earlier = Directory.CreateDirectory(Path.Combine(_tiny.States, "state-000004")).FullName;
        File.WriteAllText(Path.Combine(earlier, "state.json"), "{}");
        Assert.Throws<CheckpointFormatException>(() => _tiny.Tune(Options with { Resume = true }, validates: true));
        Assert.True(Directory.Exists(earlier));
    }

    [Fact]
    public void Two_runs_cannot_share_a_folder()
    {
        Interrupt(Options, 1);
        using FileStream other = new(Path.Combine(_tiny.States, "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var e = Assert.Throws<IOException>(() => _tiny.Tune(Options, validates: true));
        Assert.Contains("in use by another run", e.Message);
    }

    [Fact]
    public void Every_option_is_in_the_identity_or_said_to_change_nothing()
    {
        Interrupt(Options, 1);
        string file = Directory.GetFiles(_tiny.States, "state.json", SearchOption.AllDirectories).Single();
        using JsonDocument state = JsonDocument.Parse(File.ReadAllText(file));
        string[] identity = [.. state.RootElement.EnumerateObject()
            .Single(field => field.Name.Equals("identity", StringComparison.OrdinalIgnoreCase)).Value.EnumerateObject()
                .Select(field => field.Name)];
        foreach (OptionInfo option in OptionInfo.AllOf(typeof(TuningOptions)))
            Assert.Equal((option.Name, option.ChangesResult), (option.Name, identity.Contains(option.IdentifiedBy)));
    }

    [Fact]
    public void A_state_of_another_run_is_refused_and_named()
    {
        Interrupt(Options, 1);
        var resumed = Options with { Resume = true };
        Refused(resumed with { LearningRate = 2e-2 }, "LearningRate", "0.01", "0.02");
        Refused(resumed with { Method = TuningMethod.Lora(2) }, "Method", "direct", "LoRA of rank 2, alpha 4");
        Refused(resumed with { Selection = Options.Selection with { Norms = true } }, "Selection");
        Refused(resumed with { MaximumOptimizerMemory = 20_000 }, "MaximumOptimizerMemory", "null", "20000");
        Refused(resumed with { EarlyStopping = null }, "EarlyStopping", "MacroAccuracy with patience 2", "null");

        TextExample[] train = _tiny.Train;
        _tiny.Train = [train[0] with { Label = 1 - train[0].Label }, .. train[1..]];
        Refused(resumed, "the training rows");
        _tiny.Train = train;
        _tiny.Validation = _tiny.Validation[1..];
        Refused(resumed, "the validation rows");
    }

    [Fact]
    public void A_state_of_another_base_is_refused()
    {
        Interrupt(Options, 1);
        using var other = new TinyTask(seed: 4) { Train = _tiny.Train, Validation = _tiny.Validation };
        var e = Assert.Throws<TrainingStateMismatchException>(
            () => other.Tune(Options with { Resume = true, BaseModel = other.Base }, validates: true));
        Assert.Equal("the base model", e.What);
    }

    [Fact]
    public void Threads_may_change_and_the_log_says_so()
    {
        Interrupt(Options, 8);
        var lines = new List<string>();
        TextClassificationRequest task =
            _tiny.Task(Options with { Resume = true, Threads = 2, CheckpointEvery = 5 }, validates: true) with { Log = lines.Add };
        TunedClassifier tuned = TextClassificationTuner.Tune(task);
        Assert.Equal(21, tuned.Report.Losses.Count);
        Assert.Contains(lines, line => line.Contains("had 1 threads before and has 2 now", StringComparison.Ordinal));
        TinyTask.WeightsOf(tuned);
    }

    private static IEnumerable<EpochReport> Timeless(TunedClassifier tuned) =>
        tuned.Report.Epochs.Select(epoch => epoch with { RowsPerSecond = 0, Elapsed = TimeSpan.Zero });

    private void Refused(TuningOptions options, string what, string? saved = null, string? current = null)
    {
        var e = Assert.Throws<TrainingStateMismatchException>(() => _tiny.Tune(options, validates: true));
        Assert.Equal(what, e.What);
        Assert.Equal(saved ?? e.Saved, e.Saved);
        Assert.Equal(current ?? e.Current, e.Current);
        Assert.Contains(what, e.Message);
    }

    /// <summary>Trains until the callback of a step throws.</summary>
    private void Interrupt(TuningOptions options, int step) => Assert.Throws<InvalidTimeZoneException>(() => _tiny.Tune(
        options with
        {
            Progress = p =>
            {
                if (p.Phase == TuningPhase.Training && p.Step > step)
                    throw new InvalidTimeZoneException();
            },
        },
        validates: true));
}
