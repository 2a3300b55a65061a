using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class StridedTextTests
{
    private const int Begin = 9999, Bytes = 3;

    public static TheoryData<int, int, int> Shapes
    {
        get
        {
            var rows = new TheoryData<int, int, int>();
            foreach (int length in (int[])[8, 15, 16, 17, 20, 24, 25, 100, 101])
            {
                rows.Add(length, 16, 8);
                rows.Add(length, 16, 3);
                rows.Add(length, 16, 16);
                rows.Add(length, 2, 1);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Each_token_is_guessed_once_from_those_before_it(int length, int maxTokens, int stride)
    {
        List<MaskedWindow> windows = Read(length, int.MaxValue, maxTokens, stride, Begin);
        Assert.Equal(Enumerable.Range(0, length), windows.SelectMany(window => window.Targets).Where(target => target >= 0));
        foreach (MaskedWindow window in windows)
        {
            Assert.InRange(window.Ids.Length, 2, maxTokens + 1);
            Assert.Equal(Begin, window.Ids[0]);
            // Tokens are their numbers here, so that the target of a place is shifted by one if it is one more than the place's token.
            Assert.Equal(Enumerable.Range(window.Ids[1], window.Ids.Length - 1), window.Ids.Skip(1));
            for (int i = 1; i < window.Ids.Length; i++)
                Assert.True(window.Targets[i] == -1 || window.Targets[i] == window.Ids[i] + 1);
            Assert.True(window.Targets[0] == -1 || window.Targets[0] == window.Ids[1]);
            Assert.Equal(-1, window.Targets[^1]);
            Assert.Equal(Bytes * window.Targets.Count(target => target >= 0), window.Bytes);
        }
    }

    [Fact]
    public void Windows_overlap_by_what_is_only_context()
    {
        List<MaskedWindow> windows = Read(40, int.MaxValue, maxTokens: 16, stride: 6, Begin);
        Assert.Equal([0, 6, 12, 18, 24], windows.Select(window => window.Ids[1]));
        Assert.Equal([16, 16, 16, 16, 16], windows.Select(window => window.Ids.Length - 1));
        Assert.Equal([16, 6, 6, 6, 6], windows.Select(window => window.Targets.Count(target => target >= 0)));
        // Ten tokens were guessed before.
        Assert.Equal(16, windows[1].Targets.First(target => target >= 0));
        // What is left is a shorter one.
        MaskedWindow last = Read(41, int.MaxValue, maxTokens: 16, stride: 6, Begin)[^1];
        Assert.Equal((30, 40), (last.Ids[1], last.Targets.Single(target => target >= 0)));
    }

    [Fact]
    public void Without_a_token_to_begin_with_the_first_has_nothing_before_it()
    {
        List<MaskedWindow> windows = Read(41, int.MaxValue, maxTokens: 16, stride: 6, beginId: -1);
        Assert.Equal(Enumerable.Range(1, 40), windows.SelectMany(window => window.Targets).Where(target => target >= 0));
        Assert.Equal([0, 6, 12, 18, 24, 30], windows.Select(window => window.Ids[0]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(50)]
    public void Of_a_long_text_windows_are_taken_evenly(int count)
    {
        List<MaskedWindow> all = Read(1000, int.MaxValue, maxTokens: 16, stride: 8, Begin),
            some = Read(1000, count, maxTokens: 16, stride: 8, Begin);
        Assert.Equal(count, some.Count);
        int[] places = [.. some.Select(
            window => all.FindIndex(one => one.Ids.SequenceEqual(window.Ids) && one.Targets.SequenceEqual(window.Targets)))];
        Assert.DoesNotContain(-1, places);
        double step = (double)all.Count / count;
        for (int i = 0; i < count; i++)
            Assert.InRange(places[i], i * step, (i + 1) * step);
        int[] targets = [.. some.SelectMany(window => window.Targets).Where(target => target >= 0)];
        Assert.Equal(targets.Distinct(), targets);
    }

    [Fact]
    public void Too_short_a_text_has_none() => Assert.Null(Read(7, 10, 16, 8, Begin));

    private static List<MaskedWindow> Read(int length, int count, int maxTokens, int stride, int beginId) =>
        StridedText.Read(() => Enumerable.Range(0, length).Select(id => new TextToken(id, Bytes)), count, maxTokens, stride, beginId)!;
}
