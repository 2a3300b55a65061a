using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

public sealed class LanguageModelScorerTests : IDisposable
{
    private readonly TinyLanguageTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Scores_are_those_of_each_text_alone()
    {
        using LanguageModelScorer scorer = Load(appendsEnd: true);
        (string Text, string? Completion)[] texts =
            [("the film was very good", null), ("we saw", " a film"), ("i think", " the meal was quite poor today"), ("", "")];
        float[] numbers = new float[LanguageModelScorer.NumberCount * texts.Length];
        EncodedExample[] encoded = [.. texts.Select(text => scorer.Encode(text.Text, text.Completion))];
        scorer.Score(encoded, numbers);
        for (int i = 0; i < texts.Length; i++)
        {
            double[] losses = scorer.Use(model => Losses(model, encoded[i]));
            Assert.Equal(-losses.Sum(), numbers[2 * i], 1e-4);
            Assert.Equal(Math.Exp(losses.Average()), numbers[2 * i + 1], 1e-3);
        }

        // Five words and the end; two and the end; the end alone.
        Assert.Equal([6, 3, 7, 1], encoded.Select(text => text.CountedTokens));
    }

    [Fact]
    public void Where_nothing_counts_there_is_no_perplexity()
    {
        using LanguageModelScorer scorer = Load(appendsEnd: false);
        float[] numbers = [1, 1, 1, 1, 1, 1];
        scorer.Score([scorer.Encode("", null), scorer.Encode("the film", null), scorer.Encode("the film", "")], numbers);
        Assert.Equal((0f, float.NaN, 0f, float.NaN), (numbers[0], numbers[1], numbers[4], numbers[5]));
        Assert.True(numbers[2] < 0 && numbers[3] > 1);
    }

    [Fact]
    public void A_disposed_one_says_so()
    {
        LanguageModelScorer scorer = Load(appendsEnd: true);
        EncodedExample text = scorer.Encode("the film", null);
        scorer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => scorer.Score([text], new float[2]));
    }

    private LanguageModelScorer Load(bool appendsEnd)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_tiny.Base);
        var files = TokenizerFiles.Read(checkpoint);
        return new(
            CausalLanguageModel.Load(checkpoint), HuggingFaceTokenizer.Create(files), files,
            new(MaxTokens: 32, CountsPrompts: false, appendsEnd), CPU);
    }

    /// <summary>Of the tokens that count, by the model's plain logits.</summary>
    private static double[] Losses(CausalLanguageModel model, EncodedExample text)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor logs = model.Logits(tensor(text.Ids.Select(id => (long)id).ToArray(), 1, text.Ids.Length)).log_softmax(-1)[0];
        return [.. Enumerable.Range(1, text.Ids.Length - 1).Where(i => text.Counted[i]).Select(i => -logs[i - 1][text.Ids[i]].ToDouble())];
    }
}
