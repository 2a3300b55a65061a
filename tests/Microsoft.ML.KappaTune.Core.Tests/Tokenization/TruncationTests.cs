using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>What is cut off of texts that are too long.</summary>
public class TruncationTests
{
    private static readonly HuggingFaceTokenizer Tokenizer =
        HuggingFaceTokenizer.Create(Json.Files(("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb")));

    [Theory]
    [InlineData(10, 3, 8, 5, 3)]
    [InlineData(3, 10, 8, 3, 5)]
    [InlineData(10, 10, 8, 4, 4)]
    // Of an odd number the longer text, or of equals the second, gets one more.
    [InlineData(10, 10, 7, 3, 4)]
    [InlineData(11, 10, 7, 4, 3)]
    [InlineData(10, 11, 7, 3, 4)]
    [InlineData(4, 4, 7, 3, 4)]
    [InlineData(5, 4, 7, 4, 3)]
    [InlineData(5, 1, 2, 1, 1)]
    [InlineData(5, 1, 1, 1, 0)]
    [InlineData(1, 1, 1, 0, 1)]
    [InlineData(3, 2, 0, 0, 0)]
    [InlineData(3, 2, 5, 3, 2)]
    [InlineData(0, 9, 4, 0, 4)]
    public void The_longer_text_loses_first(int first, int second, int room, int keptFirst, int keptSecond)
    {
        Assert.Equal((keptFirst, keptSecond), Truncation.LongestFirst(first, second, room));
        string a = string.Join(' ', Enumerable.Repeat("a", first)), b = string.Join(' ', Enumerable.Repeat("b", second));
        EncodedText encoded = Tokenizer.Encode(a, b, room + 3);
        Assert.Equal((keptFirst, keptSecond), (encoded.Ids.Count(id => id == 5), encoded.Ids.Count(id => id == 6)));
        Assert.Equal((first + second > room, first + second + 3), (encoded.Truncated, encoded.TokenCount));
        Assert.Equal(encoded.Ids.Length, encoded.TypeIds.Length);
    }

    [Fact]
    public void One_text_loses_its_end()
    {
        EncodedText encoded = Tokenizer.Encode("a b a b", maxLength: 4);
        Assert.Equal([2, 5, 6, 3], encoded.Ids);
        Assert.Equal((true, 6), (encoded.Truncated, encoded.TokenCount));
        Assert.Equal([2, 3], Tokenizer.Encode("a b", maxLength: 2).Ids);
        Assert.False(Tokenizer.Encode("a b", maxLength: 4).Truncated);
    }

    [Fact]
    public void There_must_be_room_for_the_special_tokens()
    {
        Assert.Throws<ArgumentOutOfRangeException>("maxLength", () => Tokenizer.Encode("a", maxLength: 1));
        Assert.Throws<ArgumentOutOfRangeException>("maxLength", () => Tokenizer.Encode("a", "b", maxLength: 2));
    }
}
