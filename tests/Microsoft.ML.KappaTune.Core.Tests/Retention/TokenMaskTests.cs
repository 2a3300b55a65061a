using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public class TokenMaskTests
{
    private const int Mask = 4, Classify = 2, Separator = 3, Vocabulary = 1000;

    [Fact]
    public void Of_the_tokens_15_percent_are_to_guess_and_special_ones_never()
    {
        MaskedWindow[] windows = Windows(seed: 1);
        Assert.All(windows, window =>
        {
            Assert.Equal(15, window.Targets.Count(target => target >= 0));
            Assert.Equal((-1, -1), (window.Targets[0], window.Targets[^1]));
            Assert.Equal((Classify, Separator), (window.Ids[0], window.Ids[^1]));
            Assert.Equal(102, window.Ids.Length);
        });
        Assert.Equal(1, new TokenMask(1, 0.15, Mask, Vocabulary).Hide([7], -1, -1).Targets.Count(target => target == 7));
    }

    [Fact]
    public void Of_those_80_percent_are_masked_10_random_and_10_stay()
    {
        var hidden = Windows(seed: 1).SelectMany(window => window.Ids.Zip(window.Targets)).Where(pair => pair.Second >= 0).ToArray();
        Assert.Equal(6000, hidden.Length);
        // Four standard deviations.
        Assert.InRange(hidden.Count(pair => pair.First == Mask), 4676, 4924);
        Assert.InRange(hidden.Count(pair => pair.First == pair.Second), 507, 693);
        int[] random = [.. hidden.Where(pair => pair.First != Mask && pair.First != pair.Second).Select(pair => pair.First)];
        Assert.InRange(random.Length, 507, 693);
        Assert.InRange(random.Distinct().Count(), 300, 600);
        Assert.All(random, id => Assert.InRange(id, 0, Vocabulary - 1));
    }

    [Fact]
    public void What_isn_t_to_guess_stays()
    {
        foreach ((MaskedWindow window, int[] tokens) in Windows(seed: 2).Zip(Tokens()))
        {
            for (int i = 0; i < tokens.Length; i++)
                Assert.Equal(tokens[i], window.Targets[i + 1] >= 0 ? window.Targets[i + 1] : window.Ids[i + 1]);
        }
    }

    [Fact]
    public void The_seed_and_the_text_alone_decide()
    {
        Assert.Equal(Flat(Windows(seed: 3)), Flat(Windows(seed: 3)));
        Assert.NotEqual(Flat(Windows(seed: 3)), Flat(Windows(seed: 4)));

        static int[] Flat(MaskedWindow[] windows) => [.. windows.SelectMany(window => window.Ids.Concat(window.Targets))];
    }

    private static int[][] Tokens() =>
        [.. Enumerable.Range(0, 400).Select(i => Enumerable.Range(0, 100).Select(j => 5 + (i * 31 + j) % 900).ToArray())];

    private static MaskedWindow[] Windows(int seed)
    {
        var mask = new TokenMask(seed, 0.15, Mask, Vocabulary);
        return [.. Tokens().Select(tokens => mask.Hide(tokens, Classify, Separator))];
    }
}
