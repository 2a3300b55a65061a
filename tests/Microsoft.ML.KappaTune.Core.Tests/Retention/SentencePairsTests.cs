using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class SentencePairsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Neighbours_are_whole_sentences_of_a_paragraph()
    {
        const string Text = """
            A heading that has many words but no full stop at all

            Mr. A. Smith went out to see the very old town. “Was it not a fine and sunny day?” said his wife
            to him then. “It was!” They came home late, and nobody in the whole house was awake.
            The dog slept by the fire, and the cat on the chair. Nobody heard them come into the kitchen…

            In another part of the book there is one sentence alone.

            Two sentences are the least that a paragraph may have. So this is the second and last one of it.
            """;
        Assert.Equal(
            [
                "Mr. A. Smith went out to see the very old town.|“Was it not a fine and sunny day?” said his wife to him then.",
                "They came home late, and nobody in the whole house was awake.|The dog slept by the fire, and the cat on the chair.",
                "Two sentences are the least that a paragraph may have.|So this is the second and last one of it.",
            ],
            Read(Text, count: 50).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sentences_without_blanks_between_are_told_apart()
    {
        string pair = Assert.Single(Read("我们昨天去了山上的老房子里。孩子们都很高兴地笑了起来！\n\n" + Pair(1), count: 9), text => text[0] == '我');
        Assert.Equal("我们昨天去了山上的老房子里。|孩子们都很高兴地笑了起来！", pair);
    }

    [Fact]
    public void They_are_taken_evenly_over_a_long_text()
    {
        int[] numbers = [.. Read(string.Join(' ', Enumerable.Range(0, 3000).Select(Pair)), count: 20).Select(Number).Order()];
        Assert.Equal(20, numbers.Length);
        for (int i = 0; i < numbers.Length; i++)
            Assert.InRange(numbers[i], 145 * i, 155 * i + 2);
    }

    [Fact]
    public void The_same_pairs_come_in_the_same_order_in_every_process()
    {
        string text = string.Join(' ', Enumerable.Range(0, 10).Select(Pair));
        // Written down once: another process must find the same.
        Assert.Equal([7, 8, 1, 6, 5, 0, 9, 2, 3, 4], Read(text, count: 50).Select(Number));
        Assert.NotEqual(Read(text, count: 50), Read(text, count: 50, seed: 1));
    }

    [Theory]
    [InlineData("")]
    [InlineData("One sentence of words is here, but there is not another one.")]
    [InlineData("Here is one sentence of at least eight words. Here is another sentence of at least eight words.")]
    public void A_text_without_pairs_is_refused(string text)
    {
        var error = Assert.Throws<FormatException>(() => Read(text, count: 50));
        Assert.StartsWith(_folder.File("text.txt"), error.Message);
        Assert.Contains("pairs of neighbouring sentences", error.Message);
    }

    [Fact]
    public void What_isn_t_text_is_refused()
    {
        File.WriteAllBytes(_folder.File("text.txt"), [0x41, 0x2E, 0x20, 0xFF, 0xFE]);
        Assert.Contains("isn't UTF-8", Assert.Throws<FormatException>(() => Read(null, count: 50)).Message);
    }

    private static string Pair(int number) =>
        $"Sentence number {number} has some more words to be long. It is followed {number} times by one that is as long.";

    /// <summary>Which of all pairs it is, or begins in: in the middle of a text any two sentences may be the first whole ones.</summary>
    private static int Number(string pair) => int.Parse(pair.Split(' ').First(word => char.IsDigit(word[0])));

    /// <summary>A token a word, or a character where there are no blanks.</summary>
    private string[] Read(string? text, int count, int seed = 0)
    {
        if (text is not null)
            _folder.Write("text.txt", text);
        List<string> known = [];
        ControlSample[] pairs = SentencePairs.Read(
            ControlSource.FromFile(_folder.File("text.txt")), count, maxTokens: 64, seed, (sentence, most) =>
        {
            known.Add(sentence);
            int words = sentence.Contains(' ') ? sentence.Split(' ').Length : sentence.Length;
            return [known.Count - 1, .. new int[Math.Min(words, most - 1)]];
        });
        Assert.All(pairs, pair => Assert.Equal($"{known[pair.Ids[0][0]]} {known[pair.Ids[1][0]]}", pair.Text));
        return [.. pairs.Select(pair => $"{known[pair.Ids[0][0]]}|{known[pair.Ids[1][0]]}")];
    }
}
