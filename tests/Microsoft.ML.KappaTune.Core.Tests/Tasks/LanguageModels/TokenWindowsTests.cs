using Microsoft.ML.KappaTune.Tasks.LanguageModels;

namespace Microsoft.ML.KappaTune.Tests.Tasks.LanguageModels;

public class TokenWindowsTests
{
    [Theory, InlineData(0), InlineData(7), InlineData(99)]
    public void Windows_follow_each_other_around_the_text(int first)
    {
        int[] tokens = [.. Enumerable.Range(0, 103)];
        var windows = new TokenWindows(tokens, 10);
        Assert.Equal((10, 10), (windows.Count, windows.Length));
        int[] seen = [.. Enumerable.Range(0, 10).SelectMany(i =>
        {
            int[] window = new int[10];
            windows.Copy(i, first, window);
            return window;
        })];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (first + i) % 103), seen);
    }

    [Fact]
    public void A_short_text_is_one_window()
    {
        var windows = new TokenWindows([1, 2, 3], 10);
        Assert.Equal((1, 3), (windows.Count, windows.Length));
    }

    [Fact]
    public void An_epoch_has_every_window_once_and_another_order_and_beginning_than_the_next()
    {
        var windows = new TokenWindows([.. Enumerable.Range(0, 80)], 10);
        var order = new WindowOrder(windows, batchSize: 2, shortShare: 0, seed: 0);
        Assert.Equal(4, order.StepsPerEpoch);
        int[] first = Epoch(0), second = Epoch(1);
        Assert.Equal(Enumerable.Range(0, 80), first.Order());
        Assert.Equal(Enumerable.Range(0, 80), second.Order());
        Assert.NotEqual(first, second);
        // The same step gives the same, whichever was asked for before.
        Assert.Equal(first, Epoch(0));

        int[] Epoch(int epoch) => [.. Enumerable.Range(4 * epoch, 4).SelectMany(step => order.At(step).Tokens)];
    }

    [Fact]
    public void Some_steps_are_short_and_the_share_says_how_many()
    {
        var windows = new TokenWindows([.. Enumerable.Range(0, 1000)], 100);
        var order = new WindowOrder(windows, batchSize: 2, shortShare: 0.3, seed: 0);
        int[] lengths = [.. Enumerable.Range(0, 1000).Select(step => order.At(step).Length)];
        Assert.InRange(lengths.Count(length => length < 100), 230, 370);
        Assert.InRange(lengths.Min(), 16, 25);
        Assert.All(Enumerable.Range(0, 20), step => Assert.Equal(2 * lengths[step], order.At(step).Tokens.Length));
    }
}
