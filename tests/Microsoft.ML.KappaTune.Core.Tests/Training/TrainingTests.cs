using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>What the loop promises about its steps, its epochs and its end.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class TrainingTests : IDisposable
{
    private readonly TinyTask _tiny = new() { Train = TinyTask.Rows(40, seed: 1), Validation = TinyTask.Rows(30, seed: 2) };
    private readonly TinyTask _calm = new(dropout: 0) { Train = TinyTask.Rows(40, seed: 1) };

    public void Dispose()
    {
        _tiny.Dispose();
        _calm.Dispose();
    }

    [Theory]
    [InlineData(ClassWeights.None)]
    [InlineData(ClassWeights.Balanced)]
    public void Accumulated_batches_are_one_large_batch(ClassWeights classWeights)
    {
        // 40 rows in steps of 12: the last step has 4, which is no whole number of batches of 3 either.
        TuningOptions options = _calm.Options with { BatchSize = 12 };
        TextClassificationRequest task = _calm.Task(options) with { ClassWeights = classWeights, LabelSmoothing = 0.1 };
        TunedClassifier whole = TextClassificationTuner.Tune(task);
        TunedClassifier parts =
            TextClassificationTuner.Tune(task with { Options = options with { BatchSize = 3, GradientAccumulation = 4 } });
        Assert.Equal(8, parts.Report.Losses.Count);
        Assert.All(whole.Report.Losses.Zip(parts.Report.Losses), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-4));
        TinyTask.AssertSame(TinyTask.WeightsOf(whole), TinyTask.WeightsOf(parts), tolerance: 1e-3f);
    }

    [Fact]
    public void A_batch_has_the_mean_loss_of_its_rows_whatever_the_padding()
    {
        TextClassificationRequest task = _calm.Task();
        double[] alone = [.. task.Train.Take(6).Select(row => FirstLoss([row]))];
        Assert.Equal(alone.Average(), FirstLoss([.. task.Train.Take(6)]), 1e-5);
        Assert.True(task.Train.Take(6).Select(row => row.Text.Split(' ').Length).Distinct().Count() > 1, "all rows are of one length");

        double FirstLoss(TextExample[] rows)
        {
            TunedClassifier tuned =
                TextClassificationTuner.Tune(task with { Train = rows, Options = _calm.Options with { MaxEpochs = 1 } });
            TinyTask.WeightsOf(tuned);
            return tuned.Report.Losses[0].Loss;
        }
    }

    public static TheoryData<TuningMethod, string> Prefixes => new()
    {
        { TuningMethod.Direct, "*.layer.1.*" }, { TuningMethod.Lora(2), "*.layer.1.*" }, { TuningMethod.Direct, "*pooler*" },
    };

    [Theory, MemberData(nameof(Prefixes))]
    public void Outputs_of_frozen_layers_may_be_kept_or_computed_again(TuningMethod method, string selected)
    {
        using var classifier = new TinyTask(withPooler: true) { Train = _tiny.Train, Validation = _tiny.Validation };
        TextClassificationRequest task = classifier.Task(
            classifier.Options with { Selection = KappaSelection.Lowest(1) with { Include = [selected] }, Method = method },
            validates: true);
        var lines = new List<string>();
        var computed = TinyTask.WeightsOf(TextClassificationTuner.Tune(task with { CacheBytes = 0, Log = lines.Add }));
        Assert.DoesNotContain(lines, line => line.Contains("is kept for", StringComparison.Ordinal));
        var kept = TinyTask.WeightsOf(TextClassificationTuner.Tune(task with { Log = lines.Add }));
        Assert.Contains(lines, line => line.Contains("is kept for 40 of 40 rows", StringComparison.Ordinal));
        // Rows up to a length only: 32 of them, in the first pass.
        long some = 32 * 12 * TinyTask.Hidden * sizeof(float);
        var partly = TinyTask.WeightsOf(TextClassificationTuner.Tune(task with { CacheBytes = some, Log = lines.Add }));
        TinyTask.AssertSame(computed, kept, tolerance: 1e-5f);
        TinyTask.AssertSame(computed, partly, tolerance: 1e-5f);
        Assert.False(TinyTask.AreSame(classifier.Untuned(), kept));
    }

    [Fact]
    public void The_first_step_moves_weights_by_their_rates_and_decay_shrinks_matrices_only()
    {
        // Adam's first step is the rate times the gradient's sign, wherever that isn't tiny.
        TuningOptions options = _calm.Options with
        {
            Selection = _calm.Options.Selection with { Biases = true },
            MaxEpochs = 1,
            BatchSize = 40,
            LearningRate = 1e-3,
            HeadLearningRate = 4e-3,
            WeightDecay = 0,
            WarmupRatio = 0,
        };
        var before = _calm.Untuned();
        TunedClassifier plain = _calm.Tune(options), decayed = _calm.Tune(options with { WeightDecay = 0.5 });
        string[] head = ["bert.pooler.dense.weight", "bert.pooler.dense.bias", "classifier.weight", "classifier.bias"];
        Assert.Single(plain.Report.Losses);
        var after = TinyTask.WeightsOf(plain);
        var shrunk = TinyTask.WeightsOf(decayed);
        foreach (string name in plain.TrainedTensors)
        {
            float rate = head.Contains(name) ? 4e-3f : 1e-3f;
            // A key's bias adds the same to all scores of a query, which softmax doesn't see: its gradient is rounding.
            if (!name.EndsWith("key.bias", StringComparison.Ordinal))
                Assert.Equal(rate, before[name].Zip(after[name], (a, b) => Math.Abs(a - b)).Max(), 1e-5f);
            float part = name.EndsWith(".weight", StringComparison.Ordinal) ? 0.5f * rate : 0;
            Assert.All(
                before[name].Zip(after[name], shrunk[name]),
                values => Assert.Equal(values.Second - part * values.First, values.Third, 1e-6f));
        }
    }

    public static TheoryData<TuningMethod, TuningPrecision> Ways => new()
    {
        { TuningMethod.Direct, TuningPrecision.Float32 }, { TuningMethod.Lora(2), TuningPrecision.Float32 },
        { TuningMethod.Direct, TuningPrecision.BFloat16 },
    };

    [Theory, MemberData(nameof(Ways))]
    public void In_its_epochs_the_head_alone_trains_then_the_rest_joins(TuningMethod method, TuningPrecision precision)
    {
        const int Epochs = 4, HeadEpochs = 2, StepsPerEpoch = 5;
        using var cancellation = new CancellationTokenSource();
        TuningOptions options = _tiny.Options with { Method = method, Precision = precision, MaxEpochs = Epochs, HeadEpochs = HeadEpochs };
        TextClassificationRequest task = _tiny.Task(options with { CancellationToken = cancellation.Token }) with
        {
            EpochEnded = moment =>
            {
                if (moment.Epoch == HeadEpochs)
                    cancellation.Cancel();
            },
        };
        string[] head = ["bert.pooler.dense.bias", "bert.pooler.dense.weight", "classifier.bias", "classifier.weight"];
        Assert.Equal(head, Changed(TextClassificationTuner.Tune(task)));
        TunedClassifier tuned = _tiny.Tune(options);
        double[] rates = [.. tuned.Report.Losses.Select(step => step.LearningRate)];
        Assert.True(Changed(tuned).Length > head.Length);

        // What joins later rises and falls as in a run of the epochs that are left.
        var left = new LearningRates(options.Schedule, options.WarmupRatio, (Epochs - HeadEpochs) * StepsPerEpoch);
        Assert.All(rates[..(HeadEpochs * StepsPerEpoch)], rate => Assert.Equal(0, rate));
        Assert.Equal(Enumerable.Range(1, 2 * StepsPerEpoch).Select(step => left.At(step) * options.LearningRate!.Value),
            rates[(HeadEpochs * StepsPerEpoch)..]);

        string[] Changed(TunedClassifier tuned)
        {
            var before = _tiny.Untuned();
            return [.. TinyTask.WeightsOf(tuned).Where(pair => !pair.Value.AsSpan().SequenceEqual(before[pair.Key]))
                .Select(pair => pair.Key)];
        }
    }

    [Fact]
    public void Only_what_the_classifier_takes_from_its_base_is_planned()
    {
        TunedClassifier tuned = _tiny.Tune(_tiny.Options with
        {
            MaxEpochs = 1,
            Selection = KappaSelection.LowestFraction(1) with { Embeddings = true, Heads = true },
        });
        TinyTask.WeightsOf(tuned);
        string[] planned = [.. tuned.Report.Plan.Matrices.Select(m => m.Matrix.Name)];
        Assert.DoesNotContain(planned, name => name.StartsWith("cls.", StringComparison.Ordinal));
        Assert.Equal(_tiny.Untuned().Keys.Where(name => !name.Contains("pooler", StringComparison.Ordinal)
            && !name.StartsWith("classifier", StringComparison.Ordinal)), planned);
        // The word embeddings are the first stage: then nothing is below what trains.
        Assert.Contains("bert.embeddings.word_embeddings.weight", tuned.TrainedTensors);
    }

    [Fact]
    public void A_frozen_tensor_that_changes_is_an_error()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_tiny.Base);
        using SequenceClassifier model = SequenceClassifier.Load(checkpoint, 2, seed: 0);
        var frozen = new FrozenTensors(model, [new("classifier.bias")], threads: 1);
        frozen.Remember();
        using (torch.no_grad())
            model.get_parameter("classifier.bias")!.add_(1);
        frozen.Check();
        using (torch.no_grad())
        {
            using torch.Tensor value = model.get_parameter("bert.embeddings.LayerNorm.bias")![3];
            value.add_(1e-6f);
        }

        Assert.Contains("bert.embeddings.LayerNorm.bias", Assert.Throws<InvalidOperationException>(frozen.Check).Message);
    }

    [Fact]
    public void Early_stopping_keeps_the_best_epoch()
    {
        // Labels that have nothing to do with the texts are learnt by heart: the validation loss soon rises.
        var random = new Random(5);
        _tiny.Train = [.. _tiny.Train.Select(row => row with { Label = random.Next(2) })];
        TuningOptions options = _tiny.Options with
        {
            MaxEpochs = 12,
            EarlyStopping = new(Patience: 2),
            Selection = KappaSelection.LowestFraction(1),
            Schedule = LearningRateSchedule.Constant,
        };
        TunedClassifier tuned = _tiny.Tune(options, validates: true);
        TuningReport report = tuned.Report;
        Assert.Equal(TuningStop.StoppedEarly, report.Stop);
        Assert.Equal(report.Epochs.MinBy(e => e.Validation!.Loss)!.Epoch, report.BestEpoch);
        Assert.Equal(report.BestEpoch + 2, report.Epochs.Count);
        Assert.Equal(report.Epochs[report.BestEpoch - 1].Validation!.Loss, LossOf(tuned.Classifier, _tiny.Validation), 1e-4);
        TinyTask.WeightsOf(tuned);

        TunedClassifier patient = _tiny.Tune(options with { EarlyStopping = new(Patience: 4) }, validates: true);
        Assert.True(patient.Report.Epochs.Count >= report.BestEpoch + 4, $"{patient.Report.Epochs.Count} epochs");
        TinyTask.WeightsOf(patient);
    }

    [Theory]
    [InlineData(ValidationMetric.MicroAccuracy)]
    [InlineData(ValidationMetric.MacroAccuracy)]
    public void Early_stopping_watches_what_it_is_told(ValidationMetric metric)
    {
        TunedClassifier tuned = _tiny.Tune(_tiny.Options with { MaxEpochs = 8, EarlyStopping = new(metric, Patience: 1) }, validates: true);
        double[] values = [.. tuned.Report.Epochs.Select(
            e => metric == ValidationMetric.MicroAccuracy ? e.Validation!.MicroAccuracy : e.Validation!.MacroAccuracy)];
        Assert.Equal(Array.IndexOf(values, values.Max()) + 1, tuned.Report.BestEpoch);
        TinyTask.WeightsOf(tuned);
    }

    [Fact]
    public void Cancelled_after_an_epoch_gives_the_model_of_that_epoch()
    {
        using var source = new CancellationTokenSource();
        TuningOptions one = _tiny.Options with { MaxEpochs = 3 };
        SortedDictionary<string, float[]>? atTheEnd = null;
        int last = 0;
        TunedClassifier tuned = _tiny.Tune(one with
        {
            CancellationToken = source.Token,
            Progress = p =>
            {
                last = p.Step;
                if (p.Phase == TuningPhase.Training && p.Step == 7)
                    source.Cancel();
            },
        });
        Assert.Equal(7, last);
        Assert.Equal(TuningStop.Cancelled, tuned.Report.Stop);
        Assert.Equal(1, tuned.Report.BestEpoch);
        Assert.Single(tuned.Report.Epochs);
        atTheEnd = TinyTask.WeightsOf(tuned);

        // The same first epoch, cancelled right after it.
        using var sooner = new CancellationTokenSource();
        TinyTask.AssertSame(atTheEnd, TinyTask.WeightsOf(_tiny.Tune(one with
        {
            CancellationToken = sooner.Token,
            Progress = p =>
            {
                if (p.Phase == TuningPhase.Validated)
                    sooner.Cancel();
            },
        })));
    }

    [Theory]
    [InlineData(TuningPhase.Scanning)]
    [InlineData(TuningPhase.Tokenizing)]
    [InlineData(TuningPhase.Training)]
    public void Cancelled_before_an_epoch_has_ended_gives_nothing(TuningPhase phase)
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => _tiny.Tune(_tiny.Options with
        {
            CancellationToken = source.Token,
            Progress = p =>
            {
                if (p.Phase == phase)
                    source.Cancel();
            },
        }));
    }

    [Theory]
    [InlineData("direct")]
    [InlineData("lora")]
    public void Bfloat16_leaves_no_trace_on_what_is_not_selected(string method)
    {
        TunedClassifier tuned = _tiny.Tune(
            _tiny.Options with
            {
                Precision = TuningPrecision.BFloat16,
                MaxEpochs = 12,
                Method = method == "lora" ? TuningMethod.Lora(4) : TuningMethod.Direct,
            },
            validates: true);
        Assert.True(tuned.Report.Epochs[^1].TrainingLoss < 0.7 * tuned.Report.Epochs[0].TrainingLoss, "nothing was learnt");
        var before = _tiny.Untuned();
        var after = TinyTask.WeightsOf(tuned);
        foreach ((string name, float[] values) in before)
        {
            Assert.Equal(!tuned.TrainedTensors.Contains(name), values.AsSpan().SequenceEqual(after[name]));
            // A trained tensor has digits that bfloat16 doesn't have.
            if (tuned.TrainedTensors.Contains(name))
                Assert.Contains(after[name], value => (BitConverter.SingleToUInt32Bits(value) & 0xffff) != 0);
        }
    }

    [Fact]
    public void A_base_in_float16_trains_in_float32()
    {
        using var half = new TinyTask(dtype: torch.float16) { Train = _tiny.Train };
        TunedClassifier tuned = half.Tune();
        Assert.All(tuned.Classifier.Use(module => module.parameters().Select(p => p.dtype).ToArray()),
            type => Assert.Equal(torch.ScalarType.Float32, type));
        TinyTask.WeightsOf(tuned);
    }

    [Fact]
    public void What_diverges_is_an_error_that_names_step_and_rate()
    {
        string weights = Path.Combine(_tiny.Base, "model.safetensors");
        using (Checkpoint checkpoint = Checkpoint.Open(_tiny.Base))
        using (SequenceClassifier model = SequenceClassifier.Load(checkpoint, 2, seed: 0))
        {
            using (torch.no_grad())
                model.get_parameter("bert.embeddings.LayerNorm.weight")!.fill_(float.MaxValue);
            ModelWriter.SaveFolder(_tiny.Base, model, ["a", "b"]);
        }

        Assert.True(File.Exists(weights));
        var e = Assert.Throws<NotFiniteNumberException>(() => _tiny.Tune());
        Assert.Contains("in step 1 of 10", e.Message);
        Assert.Contains("learning rate of 5e-3", e.Message);
    }

    [Fact]
    public void Losses_of_a_run_are_reported_by_step_and_epoch()
    {
        TunedClassifier tuned = _tiny.Tune(_tiny.Options with { BatchSize = 16 });
        TuningReport report = tuned.Report;
        TinyTask.WeightsOf(tuned);
        Assert.Equal(6, report.Losses.Count);
        // 16, 16 and 8 rows in some order: the mean over rows lies between the steps' extremes.
        StepLoss[] first = [.. report.Losses.Take(3)];
        Assert.InRange(report.Epochs[0].TrainingLoss, first.Min(s => s.Loss), first.Max(s => s.Loss));
        Assert.Equal(TuningStop.Completed, report.Stop);
        Assert.Equal(2, report.BestEpoch);
        Assert.Equal(40, report.TrainingRows);
        Assert.Equal(0, report.ValidationRows);
        Assert.Equal("cpu", report.Device);
        Assert.Equal(report.TrainableParameters, tuned.TrainedTensors.Sum(name => _tiny.Untuned()[name].LongLength));
        Assert.True(report.TotalParameters > report.TrainableParameters);
        Assert.True(report.PeakMemoryBytes > 1_000_000);
        Assert.True(report.TrainingTime > TimeSpan.Zero && report.ScanTime > TimeSpan.Zero);
    }

    private static double LossOf(TextClassifier classifier, TextExample[] rows)
    {
        float[] scores = new float[2 * rows.Length];
        classifier.Score([.. rows.Select(row => classifier.Encode(row.Text, row.Pair))], scores);
        return rows.Select((row, i) => -Math.Log(scores[2 * i + row.Label])).Average();
    }
}
