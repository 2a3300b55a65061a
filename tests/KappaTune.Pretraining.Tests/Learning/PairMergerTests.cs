using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.KappaTune.Pretraining;

namespace Microsoft.ML.KappaTune.Tests.Pretraining.Learning;

/// <summary>The merges are those that counting all pairs anew for each would give.</summary>
public class PairMergerTests
{
    // Two letters make many equals, and runs in which pairs overlap.
    private static readonly Arbitrary<(string Word, int Count)[]> Words = Gen.Elements('a', 'b').NonEmptyListOf()
        .Select(letters => string.Concat(letters)).Zip(Gen.Choose(1, 4)).Select(pair => (pair.Item1, pair.Item2)).NonEmptyListOf()
        .Select(words => words.DistinctBy(word => word.Item1).ToArray()).ToArbitrary();

    [Fact]
    public void Merges_are_those_of_counting_anew() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Words, words =>
    {
        foreach (string prefix in new[] { "", "##" })
        {
            foreach (int minimum in new[] { 1, 3 })
                Assert.Equal(ByCounting(words, prefix, size: 30, minimum), Merged(words, prefix, size: 30, minimum));
        }
    }));

    [Theory]
    [InlineData("aaa 1", "a+a", "aa+a")]
    [InlineData("aaaaa 1", "a+a", "aa+a", "aa+aaa")]
    // Both "b c" and "c a" are there twice; merging the first leaves one of the second.
    [InlineData("bca 1,bc 1,ca 1", "b+c", "bc+a", "c+a")]
    public void Equals_are_merged_in_the_order_of_their_text_and_from_the_left(string words, params string[] expected)
    {
        (string, int)[] parsed = [.. words.Split(',').Select(word => word.Split(' ')).Select(word => (word[0], int.Parse(word[1])))];
        Assert.Equal(expected, Merged(parsed, "", size: 30, minimum: 1));
    }

    [Fact]
    public void A_stop_that_is_asked_for_is_obeyed()
    {
        using var stop = new CancellationTokenSource();
        var options = new TokenizerLearningOptions { VocabularySize = 1000 };
        Assert.Throws<OperationCanceledException>(() => WordPieceLearner.Learn(StopAfterFirst(), options, stop.Token));
        Assert.Throws<OperationCanceledException>(() => ByteLevelBpeLearner.Learn(["a b"], options, stop.Token));
        var pieces = new PieceList("");
        var merger = new PairMerger(pieces);
        merger.Add([pieces.Add("a"), pieces.Add("b")], 1);
        Assert.Throws<OperationCanceledException>(() => merger.Run(30, 1, stop.Token));

        IEnumerable<string> StopAfterFirst()
        {
            yield return "a";
            stop.Cancel();
            yield return "b";
            Assert.Fail("it read on");
        }
    }

    private static string[] Merged((string Word, int Count)[] words, string prefix, int size, int minimum)
    {
        var pieces = new PieceList(prefix);
        var merger = new PairMerger(pieces);
        foreach ((string word, int count) in words)
            merger.Add([.. Spell(word, prefix).Select(pieces.Add)], count);
        return [.. merger.Run(size, minimum, TestContext.Current.CancellationToken).Select(
            merge => $"{pieces[merge.Left]}+{pieces[merge.Right]}")];
    }

    private static string[] Spell(string word, string prefix) => [.. word.Select((c, i) => i == 0 ? c.ToString() : prefix + c)];

    /// <summary>The definition: all pairs are counted anew for every merge.</summary>
    private static string[] ByCounting((string Word, int Count)[] words, string prefix, int size, int minimum)
    {
        (List<string> Pieces, int Count)[] spelled = [.. words.Select(word => (Spell(word.Word, prefix).ToList(), word.Count))];
        HashSet<string> vocabulary = [.. spelled.SelectMany(word => word.Pieces)];
        var merges = new List<(string Left, string Right)>();
        while (vocabulary.Count < size)
        {
            var counts = new Dictionary<(string Left, string Right), long>();
            foreach ((List<string> pieces, int count) in spelled)
            {
                foreach ((string, string) pair in pieces.Zip(pieces.Skip(1)))
                    counts[pair] = counts.GetValueOrDefault(pair) + count;
            }

            (string Left, string Right)[] best = [.. counts.Where(entry => entry.Value >= minimum).OrderByDescending(entry => entry.Value)
                .ThenBy(entry => entry.Key.Left, StringComparer.Ordinal).ThenBy(entry => entry.Key.Right, StringComparer.Ordinal)
                .Select(entry => entry.Key).Take(1)];
            if (best is not [var (left, right)])
                break;
            merges.Add((left, right));
            string joined = left + right[prefix.Length..];
            Assert.True(vocabulary.Add(joined), $"{joined} was made in two ways");
            foreach ((List<string> pieces, _) in spelled)
            {
                for (int i = 0; i + 1 < pieces.Count; i++)
                {
                    if (pieces[i] == left && pieces[i + 1] == right)
                    {
                        pieces[i] = joined;
                        pieces.RemoveAt(i + 1);
                    }
                }
            }
        }

        return [.. merges.Select(merge => $"{merge.Left}+{merge.Right}")];
    }
}
