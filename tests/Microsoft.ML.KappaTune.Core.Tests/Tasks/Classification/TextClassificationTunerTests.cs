using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Training;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Classification;

/// <summary>Whole runs. One at a time, since generator, threads and live tensors are the process's.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class TextClassificationTunerTests : IDisposable
{
    private readonly TinyTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    public static TheoryData<TuningMethod> Methods => [TuningMethod.Direct, TuningMethod.Lora(4, dropout: 0.1)];

    [Theory, MemberData(nameof(Methods))]
    public void A_tiny_encoder_learns_a_keyword(TuningMethod method)
    {
        _tiny.Train = TinyTask.Rows(400, seed: 1);
        TunedClassifier tuned = _tiny.Tune(_tiny.Options with { MaxEpochs = 10, BatchSize = 10, Method = method }, validates: true);
        using TextClassifier classifier = tuned.Classifier;
        Assert.True(tuned.Report.Epochs[^1].Validation!.MicroAccuracy > 0.9, tuned.Report.Epochs[^1].ToString());
        Assert.True(tuned.Report.Epochs[^1].TrainingLoss < 0.5 * tuned.Report.Epochs[0].TrainingLoss);

        // What is handed out is what was measured.
        int right = 0;
        float[] scores = new float[2];
        foreach (TextExample row in _tiny.Validation)
        {
            classifier.Score([classifier.Encode(row.Text, row.Pair)], scores);
            right += (scores[1] > scores[0] ? 1 : 0) == row.Label ? 1 : 0;
        }

        Assert.Equal(tuned.Report.Epochs[^1].Validation!.MicroAccuracy, (double)right / _tiny.Validation.Length);
        tuned.Adapters?.Dispose();
    }

    [Theory, MemberData(nameof(Methods))]
    public void What_is_not_selected_is_bit_identical_and_all_that_is_selected_changes(TuningMethod method)
    {
        TunedClassifier tuned = _tiny.Tune(_tiny.Options with { Method = method });
        var after = TinyTask.WeightsOf(tuned);
        var before = _tiny.Untuned();
        string[] changed = [.. before.Where(pair => !pair.Value.AsSpan().SequenceEqual(after[pair.Key])).Select(pair => pair.Key)];
        Assert.Equal(tuned.TrainedTensors.Order(StringComparer.Ordinal), changed);
        Assert.Contains("classifier.weight", changed);
        Assert.InRange(changed.Length, 3, before.Count - 1);
    }

    [Fact]
    public void A_seed_fixes_every_bit_and_another_changes_it()
    {
        var first = TinyTask.WeightsOf(_tiny.Tune());
        // What else draws from the process's generator meanwhile doesn't matter.
        bool isDone = false;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref isDone))
                torch.randn(5).Dispose();
        });
        other.Start();
        try
        {
            Assert.True(TinyTask.AreSame(first, TinyTask.WeightsOf(_tiny.Tune())));
        }
        finally
        {
            Volatile.Write(ref isDone, true);
            other.Join();
        }

        Assert.False(TinyTask.AreSame(first, TinyTask.WeightsOf(_tiny.Tune(_tiny.Options with { Seed = 1 }))));
    }

    [Fact]
    public void The_process_has_its_generator_threads_and_tensors_back()
    {
        TinyTask.WeightsOf(_tiny.Tune());
        int threads = torch.get_num_threads();
        torch.manual_seed(5);
        using torch.Tensor expected = torch.rand(4);
        torch.manual_seed(5);
        long before = LiveTensors.Settled();

        TunedClassifier tuned = _tiny.Tune(_tiny.Options with { EarlyStopping = new() }, validates: true);
        long parameters = tuned.Classifier.Use(module => module.parameters().LongCount());
        LiveTensors.AssertAre(before + parameters);
        tuned.Classifier.Dispose();
        LiveTensors.AssertAre(before);
        Assert.Equal(threads, torch.get_num_threads());
        using torch.Tensor drawn = torch.rand(4);
        Assert.Equal(expected.data<float>(), drawn.data<float>());
    }

    [Theory]
    [InlineData(TuningPrecision.Float32, false)]
    [InlineData(TuningPrecision.BFloat16, false)]
    [InlineData(TuningPrecision.BFloat16, true)]
    public void Only_the_result_stays_in_memory(TuningPrecision precision, bool isLora)
    {
        _tiny.Train = TinyTask.Rows(20, seed: 1);
        TuningOptions options = _tiny.Options with
        {
            Precision = precision,
            Method = isLora ? TuningMethod.Lora(2) : TuningMethod.Direct,
            Selection = KappaSelection.Lowest(2) with { Include = ["*.layer.1.*"] },
            ValidationFraction = 0.2,
            CheckpointDirectory = _tiny.States,
            Resume = true,
        };
        TinyTask.WeightsOf(_tiny.Tune(options));
        Directory.Delete(_tiny.States, recursive: true);
        long before = LiveTensors.Settled();
        // A run that ends, and one that goes on from its end.
        for (int run = 0; run < 2; run++)
        {
            TunedClassifier tuned = _tiny.Tune(options);
            long parameters =
                tuned.Classifier.Use(module => module.parameters().LongCount()) + (tuned.Adapters?.Parameters.LongCount() ?? 0);
            LiveTensors.AssertAre(before + parameters);
            TinyTask.WeightsOf(tuned);
            LiveTensors.AssertAre(before);
        }
    }

    [Fact]
    public void A_tokenizer_of_another_model_is_refused()
    {
        string vocabulary = Path.Combine(_tiny.Base, "vocab.txt");
        File.AppendAllText(vocabulary, "surplus\n");
        var error = Assert.Throws<CheckpointFormatException>(() => TextClassificationTuner.Tune(_tiny.Task(_tiny.Options)));
        Assert.Equal(vocabulary, error.File);
        Assert.Contains("embeddings", error.Reason);
        Assert.Contains("\"surplus\"", error.Reason);
    }

    [Fact]
    public void A_failed_run_leaves_no_tensor()
    {
        TinyTask.WeightsOf(_tiny.Tune());
        long before = LiveTensors.Settled();
        Assert.Throws<InvalidTimeZoneException>(() => _tiny.Tune(_tiny.Options with
        {
            Method = TuningMethod.Lora(2),
            Progress = p =>
            {
                if (p.Phase == TuningPhase.Training && p.Step == 3)
                    throw new InvalidTimeZoneException();
            },
        }));
        LiveTensors.AssertAre(before);
    }
}
