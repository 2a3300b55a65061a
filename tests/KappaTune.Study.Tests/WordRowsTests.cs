using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tasks.CausalLm;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>A task's rows as prompts and words: what is read and counted of them, and by which key runs on them are kept.</summary>
public sealed class WordRowsTests : IDisposable
{
    private static readonly ClassLabels Labels =
        ClassLabels.AsWords("{text} we think", new Dictionary<string, string> { ["good"] = "great" });

    private readonly TemporaryFolder _folder = new();
    private readonly Checkpoint _base;

    public WordRowsTests() => _base = Checkpoint.Open(TinyDecoder.Write(_folder));

    public void Dispose()
    {
        _base.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_loss_counts_words_and_how_a_text_ends_or_prompts_too()
    {
        TaskRows rows = Rows(Labels, "they saw"), all = Rows(Labels, "they saw", countsPrompts: true);
        LanguageModelExample example = new WordRows(_base, rows).Examples(rows.Test)[0];
        Assert.Equal(["[CLS]", "they", "saw", "we", "think", "bad", "[SEP]"], example.Ids!.Select(id => TinyModel.Vocabulary[id]));
        Assert.Equal([false, false, false, false, false, true, true], example.Counted!);
        LanguageModelExample whole = new WordRows(_base, all).Examples(all.Test)[0];
        Assert.Equal(example.Ids!, whole.Ids!);
        Assert.Equal([false, true, true, true, true, true, true], whole.Counted!);
    }

    [Fact]
    public void A_key_is_that_of_the_texts_and_the_prompt()
    {
        const string Read = "bad\tgood\ntrain\t0\tthe film was sad\t\ntrain\t1\ta book is fine\t\ntest\t0\tthey saw\t\n";
        TaskRows rows = Rows(Labels, "they saw");
        Assert.Equal(Hash($"{Read}prompt\tFalse\n{{text}} we think\n bad\n great"), rows.Fingerprint(new(_base, rows)));
        TaskRows pairs = Rows(Labels with { Prompt = "{text} {pair} we think" }, "they saw");
        Assert.Equal(Hash($"{Read}prompt\tFalse\n{{text}} {{text2}} we think\n bad\n great"), pairs.Fingerprint(new(_base, pairs)));
        Assert.NotEqual(rows.Fingerprint(), Rows(Labels, "they saw", countsPrompts: true).Fingerprint());
        Assert.NotEqual(rows.Fingerprint(), Rows(Labels with { Scores = WordScores.PerToken }, "they saw").Fingerprint());
    }

    [Fact]
    public void Where_rows_are_not_read_as_one_text_their_tokens_tell_runs_apart()
    {
        string tooLong = string.Join(' ', Enumerable.Repeat("the film", 15));
        foreach ((string text, bool areTold) in ((string, bool)[])[("they saw [SEP] it", true), (tooLong, true), ("they saw it", false)])
        {
            TaskRows rows = Rows(Labels, text);
            var words = new WordRows(_base, rows);
            Assert.Equal(areTold, rows.Fingerprint() != rows.Fingerprint(words));
            IReadOnlyList<int>? ids = words.TestTexts[0].Ids;
            Assert.Equal(areTold, ids is not null);
            // What texts say is never read as a special token, and predictions are compared without the token that ends a text.
            Assert.DoesNotContain(TinyDecoder.End, ids ?? []);
            Assert.InRange(words.Examples(rows.Test)[0].Ids!.Count, 1, TinyDecoder.Config.MaxTokens);
        }
    }

    [Fact]
    public void Words_that_cannot_be_told_apart_are_refused()
    {
        Assert.Contains("Two classes have the word \"bad\"", Assert.Throws<ArgumentException>(
            () => Rows(Labels with { Words = new Dictionary<string, string> { ["good"] = "bad" } }, "they saw")).Message);
        Assert.Contains("maybe", Assert.Throws<ArgumentException>(
            () => Rows(Labels with { Words = new Dictionary<string, string> { ["maybe"] = "odd" } }, "they saw")).Message);
    }

    private static TaskRows Rows(ClassLabels labels, string test, bool countsPrompts = false) => TaskRows.Create(
        new() { Train = "", Test = "", Label = "Label", Text = "Text", Labels = labels, CountsPrompts = countsPrompts },
        [new("bad", "the film was sad", null), new("good", "a book is fine", null)], [new("bad", test, null)]);

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
