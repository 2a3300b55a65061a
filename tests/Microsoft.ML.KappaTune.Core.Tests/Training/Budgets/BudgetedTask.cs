using System.Text.Json;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training.Reports;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>A tiny task with a control text for budgets, and whole runs of it.</summary>
internal sealed class BudgetedTask : IDisposable
{
    public const int Epochs = 4, StepsPerEpoch = 38, AllSteps = Epochs * StepsPerEpoch;

    /// <summary>Windows of each half of the control text.</summary>
    public const int Half = 10;

    private readonly TemporaryFolder _folder = new();

    public BudgetedTask()
    {
        var random = new Random(7);
        Text = _folder.Write("control.txt", string.Join(' ', random.GetItems(TinyModel.Vocabulary[5..], 2 * Half * 22)));
    }

    /// <summary>The task that is learnt, at first with 300 rows.</summary>
    public TinyTask Tiny { get; } = new() { Train = TinyTask.Rows(300, seed: 1) };

    /// <summary>20 windows of words in any order, of which the base knows nothing.</summary>
    public string Text { get; }

    /// <summary>Probes find the rate.</summary>
    public TuningOptions Probed => Tiny.Options with
    {
        RetentionText = Text,
        MaxEpochs = Epochs,
        LearningRate = null,
        Budget = new() { MaximumDrift = 0.05 },
    };

    /// <summary>
    /// A rate of the user's that rises for half of the run: it is measured within the budget, and crosses in the end, because KL
    /// grows by more than a loss does, by which the run reckons where that is limited too, however little.
    /// </summary>
    public TuningOptions Crossing => Probed with
    {
        LearningRate = 2e-3,
        WarmupRatio = 0.5,
        Schedule = LearningRateSchedule.Constant,
        Budget = new() { Keep = 0.2, MaximumDivergence = 0.015, MaximumRollbacks = 1 },
    };

    /// <summary>Adapters whose products are far too large as soon as they aren't 0: after the first step there is no finite loss.</summary>
    public TuningOptions Diverging => Crossing with
    {
        LearningRate = 1,
        WarmupRatio = 0,
        Selection = KappaSelection.LowestFraction(1),
        Method = TuningMethod.Lora(rank: 2, alpha: 1e19),
    };

    /// <summary>One step at a rate that is too high: nothing is measured before the end.</summary>
    public TuningOptions OneStep => Probed with
    {
        LearningRate = 1e-2,
        WarmupRatio = 0,
        MaxEpochs = 1,
        BatchSize = 300,
        Budget = new() { MaximumDrift = 0.01 },
    };

    /// <summary>
    /// Tunes, and checks what is true of every run: what isn't selected is the base's, bit for bit, and the report's figures are those of the
    /// half that decided nothing. The model is disposed.
    /// </summary>
    public (TuningReport Report, SortedDictionary<string, float[]> Weights) Tune(TuningOptions options, bool validates = false) =>
        Tune(Tiny.Task(options, validates));

    public (TuningReport Report, SortedDictionary<string, float[]> Weights) Tune(TextClassificationRequest request)
    {
        TunedClassifier tuned = TextClassificationTuner.Tune(request);
        HashSet<string> mayChange = [.. tuned.TrainedTensors];
        SortedDictionary<string, float[]> weights = TinyTask.WeightsOf(tuned);
        if (request.Options.BaseModel == Tiny.Base)
        {
            foreach ((string name, float[] values) in Tiny.Untuned(request.Options.Seed))
                Assert.True(mayChange.Contains(name) || values.AsSpan().SequenceEqual(weights[name]), $"{name} changed");
        }

        BudgetReport budget = tuned.Report.Budget!;
        Assert.Equal(request.Options.Budget, budget.Budget);
        Assert.All(budget.Course.Zip(budget.Course.Skip(1)), pair => Assert.True(pair.First.Step < pair.Second.Step));
        if (tuned.Report.Retention is { } kept)
        {
            Assert.Equal((kept.Windows, kept.Text), (budget.HeldOutSamples, budget.Text));
            Assert.Equal((kept.Divergence, kept.Drift[^1].CosineDistance), (budget.Divergence, budget.Drift));
            Assert.Equal(kept.Loss?.Difference.Value / kept.Loss?.Before.Value, budget.LossIncrease?.Value);
            Assert.Equal(budget.Used <= 1, budget.IsHeld);
        }

        // What is written can be read, whatever came of the budget.
        using var stream = new MemoryStream();
        TuningJson.Write(tuned.Report, stream);
        stream.Position = 0;
        Assert.Equal(Timeless(tuned.Report), Timeless(TuningJson.Read(stream, "what was written")));
        return (tuned.Report, weights);
    }

    /// <summary>The base model's weights of what is selected are still there.</summary>
    public void AssertBase(SortedDictionary<string, float[]> weights)
    {
        string[] head = ["bert.pooler.dense.bias", "bert.pooler.dense.weight", "classifier.bias", "classifier.weight"];
        foreach ((string name, float[] values) in Tiny.Untuned())
            Assert.Equal(!head.Contains(name), values.AsSpan().SequenceEqual(weights[name]));
    }

    /// <summary>All of a report but what clocks and memory say.</summary>
    public static string Timeless(TuningReport report) => JsonSerializer.Serialize(
        report with
        {
            Epochs = [.. report.Epochs.Select(epoch => epoch with { RowsPerSecond = 0, Elapsed = TimeSpan.Zero })],
            ScanTime = TimeSpan.Zero,
            TokenizingTime = TimeSpan.Zero,
            TrainingTime = TimeSpan.Zero,
            PeakMemoryBytes = 0,
            Budget = report.Budget! with
            {
                ProbingTime = TimeSpan.Zero,
                WatchingTime = TimeSpan.Zero,
                DecidingTime = TimeSpan.Zero,
            },
        },
        MatrixJson.Options);

    public void Dispose()
    {
        Tiny.Dispose();
        _folder.Dispose();
    }
}
