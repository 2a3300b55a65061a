using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.LabelWords;

/// <summary>Scores are those computed from the likelihood of each word, one text and one word at a time.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class WordClassifierTests : IDisposable
{
    private static readonly string[] Texts = ["the book", "", "we saw a very strange film today .", "good"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _base;

    public WordClassifierTests() => _base = TinyDecoder.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Likelihoods_are_products_of_the_tokens_probabilities(bool areLong)
    {
        LabelWordSet labels = TinyWords.Set(areLong);
        using WordClassifier classifier = TinyWords.Load(_base, labels);
        double[] logs = classifier.LogLikelihoods([.. Texts.Select(text => classifier.Encode(text, null))]);
        Assert.Equal(Texts.Length * 3, logs.Length);
        for (int i = 0; i < logs.Length; i++)
            Assert.Equal(Expected(classifier, labels, Texts[i / 3], i % 3), logs[i], 1e-4);
        Assert.Equal(logs.Length, logs.Distinct().Count());
        // More prompts than a pass has rows for.
        double[] many = classifier.LogLikelihoods([.. Enumerable.Repeat(classifier.Encode(Texts[2], null), 150)]);
        Assert.Equal(450, many.Length);
        for (int i = 0; i < many.Length; i++)
            Assert.Equal(logs[6 + i % 3], many[i], 1e-4);
    }

    [Fact]
    public void Where_the_length_decides_about_all_tokens_whole_words_are_read()
    {
        string folder = TinyDecoder.Write(
            _folder, "dynamic", TinyDecoder.Config with { RotaryScaling = new RotaryScaling.DynamicScaling(20, 5) });
        LabelWordSet labels = TinyWords.Set(areLong: true);
        using WordClassifier classifier = TinyWords.Load(folder, labels);
        double[] logs = classifier.LogLikelihoods([.. Texts.Select(text => classifier.Encode(text, null))]);
        for (int i = 0; i < logs.Length; i++)
            Assert.Equal(Expected(classifier, labels, Texts[i / 3], i % 3), logs[i], 1e-4);
        var two = new WordPrefixes([[5, 6], [8]], readsLast: true);
        WordBatch batch = two.Batch([new([1, 2], [0, 0], false, 2)], padId: 9);
        Assert.Equal([1, 2, 5, 6, 1, 2, 8, 9], batch.Ids);
        Assert.Equal([1, 2, 5], batch.Places);
        Assert.Equal([(0, 5), (1, 6), (2, 8)], batch.Asked);
    }

    [Theory]
    [InlineData(WordScores.Likelihood)]
    [InlineData(WordScores.PerToken)]
    [InlineData(WordScores.Calibrated)]
    public void Scores_add_up_to_1_and_are_in_the_stated_proportion(WordScores scores)
    {
        LabelWordSet labels = TinyWords.Set(areLong: true, scores);
        int[] lengths = [2, 2, 1];
        using WordClassifier classifier = TinyWords.Load(_base, labels);
        EncodedText[] texts = [.. Texts.Select(text => classifier.Encode(text, null))];
        float[] actual = new float[Texts.Length * 3], others = new float[actual.Length];
        classifier.Score(texts, actual);
        // Whatever is a classifier's own way, it tells the scores in each.
        using WordClassifier other = TinyWords.Load(_base, TinyWords.Set(areLong: true));
        other.ToScores(other.LogLikelihoods(texts), scores, others);
        for (int text = 0; text < Texts.Length; text++)
        {
            double[] weights = [.. Enumerable.Range(0, 3).Select(c =>
            {
                double log = Expected(classifier, labels, Texts[text], c);
                return Math.Exp(scores switch
                {
                    WordScores.PerToken => log / lengths[c],
                    WordScores.Calibrated => log - Expected(classifier, labels, "N/A", c),
                    _ => log,
                });
            })];
            for (int c = 0; c < 3; c++)
            {
                Assert.Equal(weights[c] / weights.Sum(), actual[3 * text + c], 1e-4);
                Assert.Equal(actual[3 * text + c], others[3 * text + c], 1e-6f);
            }
        }
    }

    [Fact]
    public void Words_of_one_token_need_one_row_a_prompt()
    {
        Assert.Equal(1, new WordPrefixes([[5], [6], [7]]).Count);
        var two = new WordPrefixes([[5, 6], [5, 7], [8]]);
        Assert.Equal(2, two.Count);
        WordBatch batch = two.Batch([new([1, 2], [0, 0], false, 2), new([1], [0], false, 1)], padId: 9);
        Assert.Equal(4, batch.RowCount);
        Assert.Equal([1, 2, 5, 1, 2, 9, 1, 5, 9, 1, 9, 9], batch.Ids);
        Assert.Equal([1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0], batch.Mask);
        Assert.Equal([1, 2, 4, 6, 7, 9], batch.Places);
        Assert.Equal([(0, 5), (1, 6), (0, 5), (1, 7), (2, 8), (3, 5), (4, 6), (3, 5), (4, 7), (5, 8)], batch.Asked);
        Assert.Equal(106L, batch.AskedOf(100)[1]);
    }

    [Fact]
    public void Any_number_of_threads_get_the_same_scores_until_it_is_disposed()
    {
        using WordClassifier classifier = TinyWords.Load(_base, TinyWords.Set(scores: WordScores.Calibrated));
        EncodedText[] texts = [.. Texts.Select(text => classifier.Encode(text, null))];
        float[] expected = Score();
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => Assert.Equal(expected, Score()));
        classifier.Score([], []);
        Assert.Throws<ArgumentOutOfRangeException>(() => classifier.Score(texts, new float[3]));
        classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Score());

        float[] Score()
        {
            float[] scores = new float[texts.Length * 3];
            classifier.Score(texts, scores);
            return scores;
        }
    }

    private double Expected(WordClassifier classifier, LabelWordSet labels, string text, int label)
    {
        HuggingFaceTokenizer tokenizer = TinyWords.Tokenizer(_base);
        string prompt = TinyWords.Prompt.Replace("{text}", text, StringComparison.Ordinal);
        int[] before = tokenizer.Encode(prompt).Ids, all = tokenizer.Encode($"{prompt} {labels.Words[label]}").Ids;
        return classifier.UseModel(model =>
        {
            using var guard = no_grad();
            using var scope = NewDisposeScope();
            Tensor logs = nn.functional.log_softmax(
                ((CausalLanguageModel)model).Logits(tensor(Array.ConvertAll(all, id => (long)id), 1, all.Length)), -1)[0];
            return Enumerable.Range(before.Length, all.Length - before.Length).Sum(i => logs[i - 1, all[i]].item<float>());
        });
    }
}
