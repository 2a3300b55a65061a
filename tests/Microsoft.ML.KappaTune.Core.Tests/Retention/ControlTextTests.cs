using System.Text;
using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class ControlTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_short_text_is_taken_whole_and_in_order()
    {
        string[] words = Words(95);
        List<int[]> windows = Read(string.Join('\n', words), count: 50, maxTokens: 10);
        Assert.Equal(Enumerable.Range(0, 90), windows.Take(9).SelectMany(ids => ids));
        Assert.All(windows.Take(9), ids => Assert.Equal(10, ids.Length));
        // What is left is too little to guess from.
        Assert.Equal(9, windows.Count);
    }

    [Fact]
    public void Of_a_long_text_windows_are_taken_evenly_and_never_twice()
    {
        List<int[]> windows = Read(string.Join(' ', Words(10_000)), count: 20, maxTokens: 10);
        Assert.Equal(20, windows.Count);
        Assert.Equal(0, windows[0][0]);
        for (int i = 0; i < windows.Count; i++)
        {
            // The words are all of one length.
            Assert.InRange(windows[i][0], 500 * i, 500 * i + 1);
            Assert.Equal(Enumerable.Range(windows[i][0], 10), windows[i]);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(13)]
    [InlineData(40)]
    public void Windows_never_overlap(int count)
    {
        int[] all = [.. Read(string.Join(" \r\n", Words(300)), count, maxTokens: 11).SelectMany(ids => ids)];
        Assert.Equal(all.Distinct().Order(), all);
        Assert.DoesNotContain(-1, all);
    }

    [Fact]
    public void No_word_is_cut()
    {
        // Two tokens a word: an odd number of them would end within one.
        int[][] windows = [.. ControlText.Read(
            Write(string.Join(' ', Words(40))), 50, 11,
            (text, maxTokens) =>
                ([.. Halves(text).Take(maxTokens).Select(half => half.Id)], Halves(text).Take(maxTokens).LastOrDefault().End))
            .SelectMany(window => window.Ids)];
        Assert.All(windows, ids => Assert.Equal(10, ids.Length));
        Assert.Equal(Enumerable.Range(0, 80), windows.SelectMany(ids => ids));
    }

    [Fact]
    public void Characters_of_several_bytes_are_never_cut()
    {
        string text = string.Concat(Enumerable.Repeat("漢字𝒳é", 5000));
        for (int count = 1; count < 60; count += 7)
        {
            int[][] windows = [.. ControlText.Read(
                Write(text), count, 20,
                (part, maxTokens) => ([.. part.EnumerateRunes().Take(maxTokens).Select(rune => rune.Value)],
                    part.EnumerateRunes().Take(maxTokens).Sum(rune => rune.Utf16SequenceLength)))
                .SelectMany(window => window.Ids)];
            Assert.Equal(count, windows.Length);
            Assert.All(windows, ids => Assert.Equal(20, ids.Length));
            Assert.Equal(text.EnumerateRunes().Select(rune => rune.Value).ToHashSet(), windows.SelectMany(ids => ids).ToHashSet());
        }
    }

    [Fact]
    public void The_mark_of_the_encoding_is_no_text()
    {
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(string.Join(' ', Words(20)))];
        List<ControlSample> windows = ControlText.Read(ControlSource.FromFile(_folder.Write("text.txt", bytes)), 5, 10, Encode);
        Assert.Equal(Enumerable.Range(0, 20), windows.SelectMany(window => window.Ids[0]));
    }

    [Fact]
    public void What_is_no_text_is_refused_by_file()
    {
        foreach (string text in (string[])["", "  \n \n", "w0000 w0001"])
        {
            ControlSource source = Write(text);
            Assert.StartsWith(source.Name, Assert.Throws<FormatException>(() => ControlText.Read(source, 5, 10, Encode)).Message);
        }

        string latin = _folder.Write("latin.txt", [.. "caf"u8, 0xE9, .. " au lait"u8]);
        string message = Assert.Throws<FormatException>(() => ControlText.Read(ControlSource.FromFile(latin), 5, 10, Encode)).Message;
        Assert.StartsWith(latin, message);
        Assert.Contains("the byte at 3", message);
    }

    private List<int[]> Read(string text, int count, int maxTokens)
    {
        List<ControlSample> windows = ControlText.Read(Write(text), count, maxTokens, Encode);
        Assert.All(windows, window => Assert.Equal(Encode(window.Text, maxTokens).Ids, Assert.Single(window.Ids)));
        return [.. windows.SelectMany(window => window.Ids)];
    }

    private ControlSource Write(string text) => ControlSource.FromFile(_folder.Write("text.txt", text));

    private static string[] Words(int count) => [.. Enumerable.Range(0, count).Select(i => $"w{i:d4}")];

    /// <summary>A token a word, its number; a part of a word is -1.</summary>
    private static (int[] Ids, int Length) Encode(string text, int maxTokens)
    {
        (int Start, int End)[] words = [.. Spans(text).Take(maxTokens)];
        int[] ids = [.. words.Select(
            word => text[word.Start] == 'w' && word.End - word.Start == 5 ? int.Parse(text[(word.Start + 1)..word.End]) : -1)];
        return (ids, words.Length < maxTokens ? text.Length : words[^1].End);
    }

    private static IEnumerable<(int Id, int End)> Halves(string text) => Spans(text).SelectMany(word =>
    {
        int id = 2 * int.Parse(text[(word.Start + 1)..word.End]);
        return ((int, int)[])[(id, word.Start + 2), (id + 1, word.End)];
    });

    private static IEnumerable<(int Start, int End)> Spans(string text)
    {
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            bool blank = i == text.Length || char.IsWhiteSpace(text[i]);
            if (!blank && start < 0)
                start = i;
            if (!blank || start < 0)
                continue;
            yield return (start, i);
            start = -1;
        }
    }
}
