using Microsoft.ML.KappaTune.Tasks.CausalLm;

namespace Microsoft.ML.KappaTune.Tests.Tasks.CausalLm;

public sealed class ExampleEncoderTests : IDisposable
{
    private const int Begin = TinyDecoder.Begin, End = TinyDecoder.End;

    private readonly TinyLanguageTask _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void A_completion_counts_and_its_end_and_the_prompt_does_not()
    {
        EncodedExample example = Encode(LanguageModelExample.OfCompletion("the film was", " very good"));
        Assert.Equal([Begin, Id("the"), Id("film"), Id("was"), Id("very"), Id("good"), End], example.Ids);
        Assert.Equal([false, false, false, false, true, true, true], example.Counted);
        Assert.Equal((3, false, false), (example.CountedTokens, example.IsTruncated, example.CrossesPrompt));
    }

    [Fact]
    public void The_prompt_counts_where_asked_for_and_a_text_does()
    {
        bool[] all = [false, true, true, true, true, true, true];
        Assert.Equal(all, Encode(LanguageModelExample.OfCompletion("the film was", " very good"), countsPrompts: true).Counted);
        EncodedExample text = Encode(LanguageModelExample.OfText("the film was very good"));
        Assert.Equal(all, text.Counted);
        Assert.Equal(6, text.CountedTokens);
    }

    [Fact]
    public void The_end_is_appended_once_and_only_where_it_is_to_be()
    {
        Assert.Equal([Begin, Id("the"), End], Encode(LanguageModelExample.OfText("the [SEP]")).Ids);
        Assert.Equal([Begin, Id("the")], Encode(LanguageModelExample.OfText("the"), endId: -1).Ids);
        // With nothing but an end to learn, a text counts all the same; without one, it doesn't.
        Assert.Equal(1, Encode(LanguageModelExample.OfCompletion("the film", "")).CountedTokens);
        Assert.Equal(0, Encode(LanguageModelExample.OfCompletion("the film", ""), endId: -1).CountedTokens);
    }

    [Fact]
    public void A_prompt_loses_its_beginning_and_the_completion_stays()
    {
        LanguageModelExample example = LanguageModelExample.OfCompletion("the film was a very good", " film again");
        EncodedExample cut = Encode(example, maxTokens: 6);
        Assert.Equal([Begin, Id("very"), Id("good"), Id("film"), Id("again"), End], cut.Ids);
        Assert.Equal([false, false, false, true, true, true], cut.Counted);
        Assert.True(cut.IsTruncated);

        EncodedExample none = Encode(example, maxTokens: 4);
        Assert.Equal([Begin, Id("film"), Id("again"), End], none.Ids);
        Assert.Equal(3, none.CountedTokens);

        // An end that is cut off isn't learnt, for the text doesn't end there.
        EncodedExample shorter = Encode(example, maxTokens: 3);
        Assert.Equal([Begin, Id("film"), Id("again")], shorter.Ids);
        Assert.Equal(2, shorter.CountedTokens);
    }

    [Fact]
    public void A_text_loses_its_end()
    {
        EncodedExample cut = Encode(LanguageModelExample.OfText("the film was very good"), maxTokens: 4);
        Assert.Equal([Begin, Id("the"), Id("film"), Id("was")], cut.Ids);
        Assert.True(cut.IsTruncated);
        Assert.Equal(3, cut.CountedTokens);
    }

    [Fact]
    public void Tokens_that_are_given_stay_as_they_are_and_the_last_that_count_are_kept()
    {
        int[] ids = [Begin, 5, 6, 7, 8, 9, 10, 11];
        bool[] counted = [false, false, true, false, false, true, false, false];
        EncodedExample whole = Encode(LanguageModelExample.OfTokens(ids, counted, "a text"));
        Assert.Equal(ids, whole.Ids);
        Assert.Equal(counted, whole.Counted);
        Assert.False(whole.IsTruncated);
        EncodedExample tail = Encode(LanguageModelExample.OfTokens(ids, counted, "a text"), maxTokens: 6);
        Assert.Equal(ids[..6], tail.Ids);
        EncodedExample cut = Encode(LanguageModelExample.OfTokens(ids, counted, "a text"), maxTokens: 3);
        Assert.Equal([Begin, 8, 9], cut.Ids);
        Assert.Equal([false, false, true], cut.Counted);
        Assert.True(cut.IsTruncated);
    }

    /// <summary>However short rows are: nothing is left out, and its loss isn't a sum over nothing.</summary>
    [Fact]
    public void No_length_takes_all_that_counts()
    {
        var random = new Random(4);
        string[] words = TinyModel.Filler;
        for (int trial = 0; trial < 300; trial++)
        {
            string prompt = string.Join(' ', random.GetItems(words, random.Next(12)));
            LanguageModelExample completion = LanguageModelExample.OfCompletion(
                prompt, string.Concat(random.GetItems(words, random.Next(1, 8)).Select(word => $" {word}")));
            int[] ids = [.. Enumerable.Range(0, random.Next(2, 20)).Select(_ => random.Next(5, 20))];
            ids[0] = random.Next(2) == 0 ? Begin : ids[0];
            bool[] counted = [.. ids.Select(_ => random.Next(4) == 0)];
            counted[random.Next(1, ids.Length)] = true;
            int length = random.Next(2, 14), endId = random.Next(2) == 0 ? End : -1;
            foreach (LanguageModelExample example in (LanguageModelExample[])[completion, LanguageModelExample.OfTokens(ids, counted, "")])
            {
                EncodedExample whole = Encode(example, int.MaxValue, endId), cut = Encode(example, length, endId);
                Assert.InRange(cut.Ids.Length, 2, length);
                Assert.Equal(cut.Ids.Length, cut.Counted.Length);
                Assert.Equal(whole.Ids.Length > length, cut.IsTruncated);
                Assert.InRange(cut.CountedTokens, 1, whole.CountedTokens);
                Assert.Equal(whole.Ids[0] == Begin, cut.Ids[0] == Begin);
            }
        }
    }

    [Fact]
    public void What_the_first_token_is_nothing_tells()
    {
        LanguageModelExample example = LanguageModelExample.OfTokens([5, 6], [true, true], "a text");
        Assert.Equal(1, Encode(example).CountedTokens);
        Assert.Equal([6, -1], LanguageModelRow.Of(Encode(example)).Targets);
    }

    [Fact]
    public void A_token_of_prompt_and_completion_and_two_beginnings_are_found()
    {
        Assert.True(Encode(LanguageModelExample.OfCompletion("the fi", "lm was")).CrossesPrompt);
        Assert.False(Encode(LanguageModelExample.OfCompletion("the", " film was")).CrossesPrompt);
        ExampleEncoder encoder = Encoder();
        Assert.True(encoder.BeginsTwice(encoder.Encode(LanguageModelExample.OfText("[CLS] the film"))));
        Assert.False(encoder.BeginsTwice(encoder.Encode(LanguageModelExample.OfText("the film"))));
    }

    private EncodedExample Encode(LanguageModelExample example, int maxTokens = 32, int endId = End, bool countsPrompts = false) =>
        Encoder(maxTokens, endId, countsPrompts).Encode(example);

    private ExampleEncoder Encoder(int maxTokens = 32, int endId = End, bool countsPrompts = false) =>
        new(_tiny.Tokenizer(), maxTokens, endId, countsPrompts);

    private static int Id(string word) => Array.IndexOf(TinyModel.Vocabulary, word);
}
