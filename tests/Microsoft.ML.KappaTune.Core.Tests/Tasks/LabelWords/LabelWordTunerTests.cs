using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tasks.LabelWords;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tasks.LabelWords;

/// <summary>Runs that learn words.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LabelWordTunerTests : IDisposable
{
    private readonly TinyTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    private TextClassificationRequest Request(WordScores scores = WordScores.Likelihood, bool isLora = false) =>
        _tiny.Task(_tiny.DecoderOptions with { Method = isLora ? TuningMethod.Lora(4) : TuningMethod.Direct }, validates: true) with
        {
            // Not the words of the texts themselves.
            Labels = ClassLabels.AsWords(
                TinyWords.Prompt, new Dictionary<string, string> { ["good"] = "we think", ["bad"] = "they saw" }, scores),
        };

    [Theory]
    [InlineData(WordScores.Likelihood, false)]
    [InlineData(WordScores.PerToken, true)]
    [InlineData(WordScores.Calibrated, false)]
    public void Words_are_learnt_and_validated_as_they_are_scored(WordScores scores, bool isLora)
    {
        TunedWords tuned = LabelWordTuner.Tune(Request(scores, isLora));
        using WordClassifier classifier = tuned.Classifier;
        ValidationResult validation = tuned.Report.Epochs[^1].Validation!;
        Assert.True(validation.MicroAccuracy > 0.85, $"{validation}");
        EncodedText[] texts = [.. _tiny.Validation.Select(row => classifier.Encode(row.Text, null))];
        float[] probabilities = new float[2 * texts.Length];
        classifier.Score(texts, probabilities);
        float[] right = [.. _tiny.Validation.Select((row, i) => probabilities[2 * i + row.Label])];
        Assert.Equal(validation.MicroAccuracy, right.Average(p => p > 0.5 ? 1.0 : 0), 1e-9);
        Assert.Equal(validation.Loss, -right.Average(p => Math.Log(p)), 1e-3);
        Assert.Equal((160, 60), (tuned.Report.TrainingRows, tuned.Report.ValidationRows));
        // Two tokens a word.
        Assert.Equal(320, tuned.Report.CountedTokens);
        Assert.Equal(["good", "bad"], tuned.Report.Classes);
        Assert.Equal(isLora, tuned.Adapters is not null);
        tuned.Adapters?.Dispose();
    }

    [Fact]
    public void Balanced_classes_count_the_same()
    {
        // Of the class "bad" there are few, which barely count otherwise.
        TextExample[] few = [.. _tiny.Train.Where(row => row.Label == 0), .. _tiny.Train.Where(row => row.Label == 1).Take(4)];
        TextClassificationRequest request = Request() with { Train = few };
        request = request with { Options = request.Options with { MaxEpochs = 1, WarmupRatio = 0 } };
        double plain = FirstLoss(request), balanced = FirstLoss(request with { ClassWeights = ClassWeights.Balanced });
        Assert.NotEqual(plain, balanced);

        static double FirstLoss(TextClassificationRequest request)
        {
            TunedWords tuned = LabelWordTuner.Tune(request);
            tuned.Classifier.Dispose();
            return tuned.Report.Losses[0].Loss;
        }
    }

    [Fact]
    public void Words_that_can_t_be_told_apart_are_refused_before_the_scan()
    {
        List<TuningPhase> phases = [];
        TextClassificationRequest request = Request();
        request = request with
        {
            Options = request.Options with { Progress = progress => phases.Add(progress.Phase) },
            Labels = ClassLabels.AsWords(TinyWords.Prompt, new Dictionary<string, string> { ["good"] = "very", ["bad"] = "very bad" }),
        };
        Assert.Contains("begin with those of \"very\"", Assert.Throws<ArgumentException>(() => LabelWordTuner.Tune(request)).Message);
        Assert.Empty(phases);
    }

    [Fact]
    public void What_isn_t_for_words_is_named()
    {
        TextClassificationRequest request = Request();
        Assert.Equal("LabelSmoothing", Wrong(request with { LabelSmoothing = 0.1 }));
        Assert.Equal("HeadEpochs", Wrong(request with { Options = request.Options with { HeadEpochs = 1 } }));
        Assert.Equal("MaxSequenceLength", Wrong(request with { Options = request.Options with { MaxSequenceLength = 5 } }));
        var encoder = Assert.Throws<CheckpointFormatException>(
            () => LabelWordTuner.Tune(request with { Options = request.Options with { BaseModel = _tiny.Base } }));
        Assert.Contains("as language models", encoder.Message);

        static string? Wrong(TextClassificationRequest request) =>
            Assert.Throws<ArgumentException>(() => LabelWordTuner.Tune(request)).ParamName;
    }
}
