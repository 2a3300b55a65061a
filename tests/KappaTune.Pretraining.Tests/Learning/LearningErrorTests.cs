using Microsoft.ML.KappaTune.Pretraining;

namespace Microsoft.ML.KappaTune.Tests.Pretraining.Learning;

/// <summary>What a tokenizer can't be learnt from.</summary>
public class LearningErrorTests
{
    private static readonly TokenizerLearningOptions Good = new() { VocabularySize = 1000 };

    private static readonly Dictionary<string, (TokenizerLearningOptions Options, string Says)> Bad = new()
    {
        ["VocabularySize"] = (Good with { VocabularySize = 0 }, "VocabularySize is 0; allowed is 1 or more."),
        ["MinimumFrequency"] = (Good with { MinimumFrequency = 0 }, "MinimumFrequency is 0; allowed is 1 or more."),
        ["MaximumTokens"] = (Good with { MaximumTokens = 2 }, "MaximumTokens is 2; allowed is 3 or more"),
        ["Alphabet"] = (Good with { Alphabet = null! }, "Alphabet is null; allowed is a string"),
        ["Style"] = (Good with { Style = (ByteLevelStyle)7 }, "Style is 7; allowed is Roberta, Gpt2."),
    };

    public static TheoryData<string> Properties => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Properties))]
    public void An_option_that_is_out_of_range_is_named(string property)
    {
        (TokenizerLearningOptions options, string says) = Bad[property];
        foreach (Action learn in Learners(Unread(), options))
        {
            var fault = Assert.Throws<ArgumentException>(learn);
            Assert.Equal(property, fault.ParamName);
            Assert.StartsWith(says, fault.Message);
        }

        static IEnumerable<string> Unread()
        {
            Assert.Fail("the text was read first");
            yield break;
        }
    }

    [Theory]
    // Five special tokens, and of "ab" two characters that begin a word and two that go on with one.
    [InlineData("", 8, 9)]
    // And of ASCII 36 letters and digits twice and 32 others once.
    [InlineData(null, 108, 109)]
    public void A_vocabulary_without_room_for_the_alphabet_is_refused(string? alphabet, int tooSmall, int enough)
    {
        TokenizerLearningOptions options = Good with { Alphabet = alphabet ?? Good.Alphabet, VocabularySize = tooSmall };
        var fault = Assert.Throws<ArgumentException>(() => LearntText.WordPiece(["ab ab"], options));
        Assert.Equal("VocabularySize", fault.ParamName);
        Assert.StartsWith(
            $"VocabularySize is {tooSmall}; allowed is {enough} or more: 5 special tokens and an alphabet of {enough - 5}.", fault.Message);
        Assert.Equal(enough, LearntText.WordPiece(["ab ab"], options with { VocabularySize = enough }).Vocabulary().Length);
    }

    [Fact]
    public void A_vocabulary_without_room_for_all_bytes_is_refused()
    {
        foreach ((ByteLevelStyle style, int least) in new[] { (ByteLevelStyle.Roberta, 261), (ByteLevelStyle.Gpt2, 257) })
        {
            TokenizerLearningOptions options = Good with { Style = style, VocabularySize = least };
            Assert.Equal(least, LearntText.ByteLevel(["ab ab"], options).Vocabulary().Length);
            var fault = Assert.Throws<ArgumentException>(() => LearntText.ByteLevel(["ab"], options with { VocabularySize = least - 1 }));
            Assert.Equal("VocabularySize", fault.ParamName);
        }
    }

    [Theory]
    [InlineData]
    [InlineData("", " ", "\r\n")]
    [InlineData("[CLS][SEP]", "<s></s>")]
    public void Text_without_words_is_refused(params string[] texts)
    {
        var fault = Assert.Throws<ArgumentException>(
            () => LearntText.WordPiece([.. texts.Where(text => text[..Math.Min(1, text.Length)] != "<")], Good));
        Assert.Equal("texts", fault.ParamName);
        fault =
            Assert.Throws<ArgumentException>(() => LearntText.ByteLevel([.. texts.Where(text => text.Length > 0 && text[0] == '<')], Good));
        Assert.Equal("texts", fault.ParamName);
    }

    private static Action[] Learners(IEnumerable<string> texts, TokenizerLearningOptions options) =>
        [() => LearntText.WordPiece(texts, options), () => LearntText.ByteLevel(texts, options)];
}
