using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Tasks.Classification;

/// <summary>Runs that make a classifier of a tiny decoder.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class DecoderTunerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TinyTask _tiny = new();

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    private TuningOptions Options => _tiny.DecoderOptions;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_learns_classes_and_what_isn_t_selected_is_the_base_s(bool isLora)
    {
        TuningOptions options = Options with { Method = isLora ? TuningMethod.Lora(4) : TuningMethod.Direct };
        TunedClassifier tuned = _tiny.Tune(options, validates: true);
        Assert.True(tuned.Report.Epochs[^1].Validation!.MicroAccuracy > 0.8, $"{tuned.Report.Epochs[^1].Validation}");
        Assert.Contains("score.weight", tuned.TrainedTensors);
        SortedDictionary<string, float[]> weights = TinyTask.WeightsOf(tuned);
        foreach ((string name, float[] values) in Untuned())
            Assert.Equal(tuned.TrainedTensors.Contains(name), !values.AsSpan().SequenceEqual(weights[name]));
    }

    [Fact]
    public void Kept_outputs_of_frozen_layers_and_split_batches_give_the_same_training()
    {
        TuningOptions options = Options with { MaxEpochs = 2, Selection = KappaSelection.Lowest(2) with { Include = ["*.layers.2.*"] } };
        TextClassificationRequest request = _tiny.Task(options);
        double[] kept = Losses(request);
        AssertNear(kept, Losses(request with { CacheBytes = 0 }));
        AssertNear(kept, Losses(_tiny.Task(options with { BatchSize = 2, GradientAccumulation = options.BatchSize / 2 })));

        static double[] Losses(TextClassificationRequest request)
        {
            TunedClassifier tuned = TextClassificationTuner.Tune(request);
            tuned.Classifier.Dispose();
            return [.. tuned.Report.Losses.Select(step => step.Loss)];
        }

        static void AssertNear(double[] expected, double[] actual)
        {
            Assert.Equal(expected.Length, actual.Length);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
        }
    }

    [Fact]
    public void A_text_without_tokens_is_one_token_of_padding_and_scores_are_those_of_texts_alone()
    {
        using TextClassifier classifier = _tiny.Tune(Options with { MaxEpochs = 1 }).Classifier;
        string[] texts = ["", "a good film", "the book was very bad again and again ."];
        var encoded = Array.ConvertAll(texts, text => classifier.Encode(text, null));
        float[] together = new float[6], alone = new float[2];
        classifier.Score(encoded, together);
        for (int i = 0; i < texts.Length; i++)
        {
            classifier.Score([encoded[i]], alone);
            Assert.Equal(alone[0], together[2 * i], 1e-6f);
            Assert.Equal(1, alone.Sum(), 1e-6);
        }
    }

    [Fact]
    public void What_it_kept_is_measured_under_the_base_s_own_head()
    {
        var random = new Random(7);
        string text = _folder.Write("control.txt", string.Join(' ', random.GetItems(TinyModel.Vocabulary[5..], 20 * 32)));
        TunedClassifier untouched = _tiny.Tune(Options with
        {
            MaxEpochs = 1,
            LearningRate = 1e-9,
            RetentionText = text,
        });
        untouched.Classifier.Dispose();
        RetentionReport same = untouched.Report.Retention!;
        Assert.Equal(RetentionObjective.NextToken, same.Objective);
        Assert.Equal(0, same.Loss!.Difference.Value, 1e-5);

        TunedClassifier budgeted = _tiny.Tune(Options with
        {
            LearningRate = null,
            MaxEpochs = 4,
            RetentionText = text,
            Budget = new() { MaximumDivergence = 0.05 },
        });
        budgeted.Classifier.Dispose();
        Assert.True(budgeted.Report.Budget!.DecidedUsed <= 1);
        Assert.Equal(budgeted.Report.Retention!.Divergence, budgeted.Report.Budget.Divergence);
    }

    private SortedDictionary<string, float[]> Untuned()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_tiny.Decoder);
        using ClassifierModel model = ClassifierLoader.Load(checkpoint, 2, RandomSeeds.ForHead(0), resetHead: true);
        return TinyTask.Weights(model);
    }
}
