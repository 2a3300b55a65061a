using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Pretraining.Learning;

/// <summary>What holds for a tokenizer that is learnt from any text.</summary>
public class LearningPropertyTests
{
    private static readonly string[] Parts =
    [
        "a", "b", "ab", "ba", "A", "é", "e\u0301", "\u0301", "中", "😀", " ", "  ", "\t", "\r\n", "\u0000", "\u200B", "\uFFFD", "\uFB01",
        "\u0130",
        ",", "+", "#", "##a", "1", "[MASK]", "<mask>", "\uD83D", "\uDE00", "\u00A0", "it's",
    ];

    private static readonly Arbitrary<string[]> Texts = Gen.Elements(Parts).NonEmptyListOf().Select(string.Concat).NonEmptyListOf()
        .Select(texts => texts.Append("word").ToArray()).ToArbitrary();

    [Fact]
    public void Its_own_text_has_no_unknown_word_and_the_order_of_the_text_does_not_matter() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Texts, texts =>
        {
            foreach (bool lowercase in new[] { true, false })
            {
                var options = new TokenizerLearningOptions { VocabularySize = 200, MinimumFrequency = 1, Lowercase = lowercase };
                TokenizerFiles files = LearntText.WordPiece(texts, options);
                HuggingFaceTokenizer tokenizer = files.Tokenizer();
                Assert.All(texts, text => Assert.DoesNotContain(tokenizer.UnknownId, tokenizer.Encode(text).Ids));
                Assert.InRange(files.Vocabulary().Length, 109, 200);
                Assert.Equal(files.Content["tokenizer.json"], LearntText.WordPiece(texts.Reverse(), options).Content["tokenizer.json"]);
            }
        }));

    [Fact]
    public void Byte_level_text_comes_back() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Texts, texts =>
    {
        var options = new TokenizerLearningOptions { VocabularySize = 280, MinimumFrequency = 1, Style = ByteLevelStyle.Gpt2 };
        TokenizerFiles files = LearntText.ByteLevel(texts, options);
        HuggingFaceTokenizer tokenizer = files.Tokenizer();
        foreach (string text in texts)
        {
            // Half a surrogate pair is no character; it comes back as U+FFFD.
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)), tokenizer.Decode(tokenizer.EncodeToIds(text)));
        }

        Assert.InRange(files.Vocabulary().Length, 257, 280);
        Assert.Equal(files.Content["tokenizer.json"], LearntText.ByteLevel(texts.Reverse(), options).Content["tokenizer.json"]);
    }));
}
