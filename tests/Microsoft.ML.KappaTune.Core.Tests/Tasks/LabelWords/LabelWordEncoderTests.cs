using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.LabelWords;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tasks.LabelWords;

public sealed class LabelWordEncoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HuggingFaceTokenizer _tokenizer;

    public LabelWordEncoderTests() => _tokenizer = TinyWords.Tokenizer(TinyDecoder.Write(_folder));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_prompt_has_the_texts_in_their_places_and_words_follow_it()
    {
        LabelWordEncoder encoder = New(TinyWords.Set(areLong: true));
        EncodedText prompt = encoder.Encode("the book", null);
        Assert.Equal(_tokenizer.Encode("film : the book it was").Ids, prompt.Ids);
        Assert.Equal((false, prompt.Ids.Length), (prompt.Truncated, prompt.TokenCount));
        Assert.Equal([Ids("very good"), Ids("very bad"), Ids("odd")], encoder.Words);
        EncodedExample example = LabelWordTask.Example(prompt, encoder.Words[1]);
        Assert.Equal(_tokenizer.Encode("film : the book it was very bad").Ids, example.Ids);
        Assert.Equal([.. prompt.Ids.Select(_ => false), true, true], example.Counted);

        LabelWordEncoder pairs = New(TinyWords.Set(prompt: "{pair} , {text} , {pair} it was"));
        Assert.Equal(_tokenizer.Encode("we saw , the book , we saw it was").Ids, pairs.Encode("the book", "we saw").Ids);
        Assert.Equal(_tokenizer.Encode(", the book , it was").Ids, pairs.Encode("the book", null).Ids);
    }

    [Fact]
    public void What_is_too_long_loses_the_end_of_the_text_and_keeps_the_prompt_s_own_words()
    {
        LabelWordEncoder encoder = New(TinyWords.Set(areLong: true), maxTokens: 11);
        // Two of the eleven are for the longest word, and one begins the text.
        EncodedText cut = encoder.Encode("the book was very very odd today again", null);
        Assert.True(cut.Truncated);
        Assert.Equal(_tokenizer.Encode("film : the book was very it was").Ids, cut.Ids);
        Assert.Equal(13, cut.TokenCount);
        Assert.False(encoder.Encode("the book was very", null).Truncated);
        var tooFew = Assert.Throws<ArgumentException>(() => New(TinyWords.Set(areLong: true), maxTokens: 7));
        Assert.Equal("MaxSequenceLength", tooFew.ParamName);
        Assert.Contains("8 or more", tooFew.Message);
        New(TinyWords.Set(areLong: true), maxTokens: 8);
    }

    [Fact]
    public void What_a_text_says_is_never_a_special_token()
    {
        LabelWordEncoder encoder = New(TinyWords.Set());
        Assert.DoesNotContain(TinyDecoder.End, encoder.Encode("good [SEP] film", null).Ids);
        // The prompt's own may be.
        Assert.Contains(TinyDecoder.End, New(TinyWords.Set(prompt: "{text} [SEP] it was")).Encode("good", null).Ids);
    }

    [Fact]
    public void Words_that_can_t_be_told_apart_are_refused()
    {
        AssertRefused("begin with those of \"very\"", new() { ["a"] = "very", ["b"] = "very bad" });
        // Neither is in the vocabulary.
        AssertRefused("begin with those of", new() { ["a"] = "unseen", ["b"] = "unheard" });
        AssertRefused("Two classes have the word \"good\", a and b;", new() { ["a"] = "good", ["b"] = " good" });
        AssertRefused("ClassLabels.Words is d; allowed is the names of classes: a, b", new() { ["d"] = "good" });

        void AssertRefused(string message, Dictionary<string, string> words)
        {
            var error = Assert.Throws<ArgumentException>(
                () => New(LabelWordSet.Create(ClassLabels.AsWords(TinyWords.Prompt, words), ["a", "b"])));
            Assert.Contains(message, error.Message);
        }
    }

    [Theory]
    [InlineData("no place:", "one with {text} where the text comes")]
    [InlineData("the end: {text}", "one with words of its own behind the last text")]
    [InlineData("{text} label {pair} ", "one with words of its own behind the last text")]
    public void A_prompt_needs_a_place_and_an_end(string prompt, string allowed)
    {
        var error = Assert.Throws<ArgumentException>(() => ClassLabels.AsWords(prompt));
        Assert.StartsWith($"prompt is {prompt}; allowed is {allowed}", error.Message);
    }

    [Theory]
    [InlineData("{text} it was", "good", " good")]
    [InlineData("{text} it was", " good", " good")]
    [InlineData("{text}\nit was\n", "good", "good")]
    public void A_blank_is_between_prompt_and_word(string prompt, string word, string completion) => Assert.Equal(
        completion,
        LabelWordSet.Create(ClassLabels.AsWords(prompt, new Dictionary<string, string> { ["a"] = word }), ["a", "b"]).Completion(0));

    private LabelWordEncoder New(LabelWordSet labels, int maxTokens = 32) => new(_tokenizer, labels, maxTokens);

    private int[] Ids(string text) => [.. _tokenizer.EncodeWithOffsets(text).Select(token => token.Id)];
}
