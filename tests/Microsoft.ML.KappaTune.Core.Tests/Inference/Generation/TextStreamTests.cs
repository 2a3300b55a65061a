using System.Text;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tests.Tokenization;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Inference;

/// <summary>Text that comes token by token: what is certain, and what is held back.</summary>
public sealed class TextStreamTests
{
    [Fact]
    public void Characters_come_once_they_are_whole()
    {
        var stream = new TextStream(Chats.Tokenizer, []);
        string[] pieces = [.. Ids("aé🙂b").Select(stream.Add)];
        Assert.Equal(["a", "", "é", "", "", "", "🙂", "b"], pieces);
        Assert.Equal("", stream.Finish());
    }

    [Fact]
    public void What_never_becomes_a_character_comes_at_the_end()
    {
        var stream = new TextStream(Chats.Tokenizer, []);
        Assert.Equal("a", string.Concat(Ids("aé")[..2].Select(stream.Add)));
        Assert.Equal("\uFFFD", stream.Finish());
    }

    [Fact]
    public void Special_tokens_have_no_text()
    {
        var stream = new TextStream(Chats.Tokenizer, []);
        Assert.Equal(["", "a", "", "b"], ((int[])[256, .. Ids("a"), 257, .. Ids("b")]).Select(stream.Add));
    }

    [Theory]
    [InlineData("one STOP two", "one ", "STOP")]
    [InlineData("one STO two", "one STO two", "STOP")]
    // The first that comes counts, and of two at one place it is the place that counts.
    [InlineData("a\n\nb###", "a", "###", "\n\n")]
    [InlineData("aab", "a", "ab", "abc")]
    [InlineData("xé!", "x", "é!")]
    // What began to be one, and the text that goes on.
    [InlineData("ababac", "ab", "abac")]
    public void Stop_texts_end_it_and_are_held_back(string text, string expected, params string[] stop)
    {
        var stream = new TextStream(Chats.Tokenizer, stop);
        var written = new StringBuilder();
        foreach (int id in Ids(text))
        {
            written.Append(stream.Add(id));
            // Nothing of a stop text is ever shown.
            Assert.DoesNotContain(stop, ending => written.ToString().Contains(ending, StringComparison.Ordinal));
            if (stream.IsStopped)
                break;
        }

        written.Append(stream.Finish());
        Assert.Equal(expected, written.ToString());
        Assert.Equal(expected != text, stream.IsStopped);
    }

    [Fact]
    public void Pieces_join_to_what_decoding_all_at_once_gives()
    {
        // WordPiece puts blanks between words and none before the first.
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(
            Json.WordPiece("[UNK]", "he", "##llo", "world"), """ "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": false} """);
        int[] ids = [1, 2, 3, 1, 3];
        var stream = new TextStream(tokenizer, []);
        Assert.Equal(["he", "llo", " world", " he", " world"], ids.Select(stream.Add));
        Assert.Equal("hello world he world", tokenizer.Decode(ids));
    }

    [Fact]
    public void The_blank_before_the_first_word_is_given_where_a_text_goes_on()
    {
        // Llama's tokenizers leave out the blank that a text begins with.
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(
            Json.Bpe(["▁a", "▁b", "c", "<0xC3>", "<0xA9>"], []),
            """
            "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
             {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
            """);
        Assert.Equal(["b", "c", " a"], Pieces([], 1, 2, 0));
        Assert.Equal([" b", "c", " a"], Pieces([0], 1, 2, 0));
        Assert.Equal(["c", " b"], Pieces([0, 2], 2, 1));
        Assert.Equal(["", "é"], Pieces([0, 3, 4], 3, 4));

        string[] Pieces(int[] before, params int[] ids) => [.. ids.Select(new TextStream(tokenizer, [], before).Add)];
    }

    private static int[] Ids(string text) => [.. Chats.Tokenizer.EncodeToIds(text)];
}
