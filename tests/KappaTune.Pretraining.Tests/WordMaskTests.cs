using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tasks.MaskedLm;
using Microsoft.ML.KappaTune.Tests.Pretraining;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tasks.MaskedLm;

public sealed class WordMaskTests : IDisposable
{
    private const int Unknown = 1, Separator = 3, Mask = 4, Length = 126;

    private readonly TinyCorpus _corpus = new();
    private readonly TokenTraits _traits;

    public WordMaskTests() =>
        _traits = new(HuggingFaceTokenizer.Create(TokenizerFiles.Read(_corpus.Options.Tokenizer!, config: null)));

    public void Dispose() => _corpus.Dispose();

    [Theory, InlineData(true), InlineData(false)]
    public void Fifteen_per_cent_are_asked_for_and_of_those_eighty_are_masked_ten_replaced_ten_kept(bool wholeWords)
    {
        (int asked, int masked, int replaced, int all) = (0, 0, 0, 0);
        foreach ((int[] before, int[] after, List<(int Place, int Token)> hidden) in Windows(new(_traits, 0.15, wholeWords), 1000))
        {
            all += before.Length;
            asked += hidden.Count;
            masked += hidden.Count(h => after[h.Place] == Mask);
            replaced += hidden.Count(h => after[h.Place] != Mask && after[h.Place] != h.Token);
        }

        // Five standard deviations and a little for words that didn't fit; a random token is the right one now and then.
        Assert.InRange((double)asked / all, 0.148, 0.152);
        Assert.InRange((double)masked / asked, 0.785, 0.815);
        double other = 1 - 1.0 / _traits.Ordinary.Length;
        Assert.InRange((double)replaced / asked, 0.1 * other - 0.012, 0.1 * other + 0.012);
    }

    [Fact]
    public void What_is_asked_for_is_what_was_there_and_all_else_is_untouched()
    {
        foreach ((int[] before, int[] after, List<(int Place, int Token)> hidden) in Windows(new(_traits, 0.15, wholeWords: true), 100))
        {
            Assert.Equal(hidden.Select(h => h.Place).Order().Distinct(), hidden.Select(h => h.Place));
            foreach ((int place, int token) in hidden)
                Assert.Equal(before[place], token);
            HashSet<int> places = [.. hidden.Select(h => h.Place)];
            for (int i = 0; i < before.Length; i++)
                Assert.True(places.Contains(i) || before[i] == after[i], $"place {i} changed unasked");
        }
    }

    [Fact]
    public void Words_are_hidden_whole_or_not_at_all()
    {
        bool hasParts = false;
        foreach ((int[] before, _, List<(int Place, int Token)> hidden) in Windows(new(_traits, 0.15, wholeWords: true), 300))
        {
            HashSet<int> places = [.. hidden.Select(h => h.Place)];
            for (int i = 1; i < before.Length; i++)
            {
                if (!_traits.Continues(before[i]))
                    continue;
                Assert.Equal(places.Contains(i - 1), places.Contains(i));
                hasParts |= places.Contains(i);
            }
        }

        Assert.True(hasParts, "no word of several tokens was hidden");
    }

    [Fact]
    public void Without_whole_words_tokens_are_hidden_one_by_one() => Assert.Contains(
        Windows(new(_traits, 0.15, wholeWords: false), 100),
        window => Enumerable.Range(1, window.Before.Length - 1).Any(i => _traits.Continues(window.Before[i])
            && window.Hidden.Exists(h => h.Place == i) != window.Hidden.Exists(h => h.Place == i - 1)));

    [Fact]
    public void Special_tokens_are_neither_hidden_nor_drawn()
    {
        var mask = new WordMask(_traits, 0.5, wholeWords: true);
        var random = new Random(3);
        for (int i = 0; i < 300; i++)
        {
            int[] before = [Unknown, .. Tokens(random, 20), Separator, .. Tokens(random, 20), Unknown];
            int[] after = [.. before];
            List<(int Place, int Token)> hidden = mask.Hide(after, random);
            Assert.DoesNotContain(hidden, h => _traits.IsSpecial(h.Token));
            Assert.All(hidden, h => Assert.True(after[h.Place] == Mask || !_traits.IsSpecial(after[h.Place])));
        }
    }

    [Fact]
    public void A_word_longer_than_the_share_is_hidden_where_there_is_no_other()
    {
        int part = Array.IndexOf(TinyCorpus.Vocabulary, "##s"), word = Array.IndexOf(TinyCorpus.Vocabulary, "sing");
        Assert.Equal(4, new WordMask(_traits, 0.15, wholeWords: true).Hide([word, part, part, part], new Random(0)).Count);
        Assert.Empty(new WordMask(_traits, 0.15, wholeWords: true).Hide([Unknown, Unknown], new Random(0)));
    }

    [Fact]
    public void Byte_level_tokens_begin_words_by_their_mark()
    {
        string folder = Directory.CreateDirectory(_corpus["bpe"]).FullName;
        TokenizerFiles files = ByteLevelBpeLearner.Learn(
            ["the cat the cat the cats"], new() { VocabularySize = 400, Style = ByteLevelStyle.Roberta },
            TestContext.Current.CancellationToken);
        files.WriteTo(folder);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files);
        var traits = new TokenTraits(tokenizer);
        (int[] ids, _) = tokenizer.EncodePrefix("the cats", 100);
        bool[] expected = [.. ids.Select(id => !tokenizer.TokenOf(id)!.StartsWith('Ġ'))];
        Assert.Contains(true, expected);
        Assert.Contains(false, expected);
        Assert.Equal(expected, ids.Select(traits.Continues));
    }

    private IEnumerable<(int[] Before, int[] After, List<(int Place, int Token)> Hidden)> Windows(WordMask mask, int count)
    {
        var random = new Random(1);
        for (int i = 0; i < count; i++)
        {
            int[] before = Tokens(random, Length);
            int[] after = [.. before];
            yield return (before, after, mask.Hide(after, random));
        }
    }

    private int[] Tokens(Random random, int count) => random.GetItems(_traits.Ordinary, count);
}
