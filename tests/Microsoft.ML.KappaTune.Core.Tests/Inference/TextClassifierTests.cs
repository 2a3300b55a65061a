using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tests.TextClassification;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Inference;

[Collection(nameof(ProcessSettings))]
public sealed class TextClassifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public TextClassifierTests() => _base = TinyModel.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scores_are_the_model_s_own_probabilities_whatever_a_text_is_padded_with()
    {
        using TextClassifier classifier = TinyClassifier.Load(_base, classes: 3);
        EncodedText[] texts =
            [.. TinyModel.Texts(20).Select(row => classifier.Encode(row.Text, null)), classifier.Encode("good", "a bad film")];
        float[] together = new float[texts.Length * 3];
        classifier.Score(texts, together);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] expected = classifier.Use(module => Probabilities(module, texts[i]));
            Assert.Equal(1, expected.Sum(), 1e-6);
            for (int c = 0; c < 3; c++)
                Assert.Equal(expected[c], together[i * 3 + c], 1e-6);
        }

        Assert.True(together.Distinct().Count() > 20, "the texts have all the same scores");
    }

    [Fact]
    public void What_is_missing_is_empty_and_what_is_long_is_cut()
    {
        using TextClassifier classifier = TinyClassifier.Load(_base, maxTokens: 8);
        Assert.Equal(classifier.Encode("", null).Ids, classifier.Encode(null, null).Ids);
        EncodedText cut = classifier.Encode(string.Join(' ', Enumerable.Repeat("good", 40)), null);
        Assert.True(cut.Truncated);
        Assert.Equal(8, cut.Ids.Length);
        classifier.Score([], []);
        Assert.Throws<ArgumentOutOfRangeException>(() => classifier.Score([cut], new float[3]));
    }

    [Fact]
    public void Any_number_of_threads_get_the_same_scores()
    {
        using TextClassifier classifier = TinyClassifier.Load(_base);
        EncodedText[] texts = [.. TinyModel.Texts(40).Select(row => classifier.Encode(row.Text, null))];
        float[][] alone = Array.ConvertAll(texts, text => Score(classifier, text));
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
            Assert.Equal(alone[i % texts.Length], Score(classifier, texts[i % texts.Length])));
    }

    [Fact]
    public void Disposing_frees_every_tensor()
    {
        long before = LiveTensors.Settled();
        TextClassifier classifier = TinyClassifier.Load(_base);
        Assert.True(Tensor.TotalCount > before);
        Score(classifier, classifier.Encode("good", null));
        classifier.Dispose();
        classifier.Dispose();
        LiveTensors.AssertAre(before);
        Assert.Throws<ObjectDisposedException>(() => Score(classifier, classifier.Encode("good", null)));
        Assert.Throws<ObjectDisposedException>(() => classifier.Use(_ => 0));
    }

    [Fact]
    public async Task Disposing_while_others_score_lets_them_finish()
    {
        long before = LiveTensors.Settled();
        for (int run = 0; run < 10; run++)
        {
            TextClassifier classifier = TinyClassifier.Load(_base);
            EncodedText text = classifier.Encode("a good film", null);
            float[] expected = Score(classifier, text);
            using var started = new CountdownEvent(4);
            Task[] scoring = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    bool first = true;
                    try
                    {
                        while (true)
                        {
                            Assert.Equal(expected, Score(classifier, text));
                            if (first)
                                started.Signal();
                            first = false;
                        }
                    }
                    catch (ObjectDisposedException)
                    {
                    }
                },
                TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
            started.Wait(TestContext.Current.CancellationToken);
            classifier.Dispose();
            await Task.WhenAll(scoring);
        }

        LiveTensors.AssertAre(before);
    }

    private static float[] Score(TextClassifier classifier, EncodedText text)
    {
        var scores = new float[classifier.ClassCount];
        classifier.Score([text], scores);
        return scores;
    }

    /// <summary>The same by hand: one text, without padding, in evaluation mode.</summary>
    private static float[] Probabilities(ClassifierModel module, EncodedText text)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor ids = tensor(Array.ConvertAll(text.Ids, id => (long)id)).unsqueeze(0);
        Tensor types = tensor(Array.ConvertAll(text.TypeIds, id => (long)id)).unsqueeze(0);
        Assert.False(module.training);
        return [.. nn.functional.softmax(module.Classify(ids, ones_like(ids), types), 1).data<float>()];
    }
}
