using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Training;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Retention;

/// <summary>Control texts that can control little, as windows and as pairs of sentences.</summary>
public sealed class ControlTextCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData(false), InlineData(true)]
    public void Ordinary_texts_give_none(bool isSentenceEncoder) =>
        Assert.Empty(Warnings(isSentenceEncoder, Join(Sentences(600, seed: 1)), Sentences(600, seed: 2)));

    [Fact]
    public void Some_tens_of_samples_are_few_for_a_budget()
    {
        Assert.Null(ControlTextCheck.OfCount("control.txt", 100));
        Assert.StartsWith("control.txt gives 99 samples, of which half decides: ", ControlTextCheck.OfCount("control.txt", 99));
    }

    [Fact]
    public void Of_a_text_with_hardly_a_letter_nothing_is_said() =>
        Assert.Empty(Warnings(false, string.Join(' ', Enumerable.Repeat("a . , . ,", 10)), ["a . , . ,"]));

    [Theory, InlineData(false), InlineData(true)]
    public void Most_of_it_may_not_have_come_before(bool isSentenceEncoder)
    {
        string[] some = Sentences(600, seed: 1);
        Assert.Empty(Warnings(isSentenceEncoder, Join([.. some[..200], .. some[..200]]), []));
        string warning = Assert.Single(Warnings(
            isSentenceEncoder, Join(Enumerable.Repeat(some[..40], 10).SelectMany(all => all)), []));
        Assert.StartsWith("control.txt repeats itself: ", warning);
        Assert.EndsWith("Name a text that says something new in each of its parts.", warning);
        Assert.Single(Warnings(isSentenceEncoder, Join(Enumerable.Repeat(some[0], 400)), []));
    }

    [Theory]
    [InlineData(false, 1, "100 %")]
    [InlineData(true, 1, "100 %")]
    [InlineData(false, 0.4, "4")]
    [InlineData(true, 0.4, "4")]
    [InlineData(false, 0.1, null)]
    [InlineData(true, 0.1, null)]
    public void Little_of_it_may_be_texts_of_the_training_rows(bool isSentenceEncoder, double share, string? said)
    {
        string[] rows = Sentences(600, seed: 1), others = Sentences(600, seed: 2);
        int known = (int)(share * 600);
        string text = Join([.. rows[..known], .. others[known..]]);
        if (said is null)
        {
            Assert.Empty(Warnings(isSentenceEncoder, text, rows));
            return;
        }

        string warning = Assert.Single(Warnings(isSentenceEncoder, text, rows));
        Assert.StartsWith($"control.txt is of the task: {said}", warning);
        Assert.EndsWith("Name a text without the task's rows.", warning);
    }

    [Fact]
    public void The_tasks_own_file_is_found_with_its_labels_and_quotes()
    {
        TextExample[] rows = TinyTask.Rows(400, seed: 1);
        string file = string.Join('\n', rows.Select(row => $"{(row.Label == 0 ? "good" : "bad")},\"{row.Text.ToUpperInvariant()}\""));
        Assert.True(IsOfTask(rows));
        // Of pairs, either text counts.
        Assert.True(IsOfTask(rows.Select(row => new TaskText("another text", row.Text))));
        Assert.False(IsOfTask(TinyTask.Rows(400, seed: 2)));

        bool IsOfTask(IEnumerable<TaskText> training) => Of(false, file, training).Any(warning => warning.Contains("is of the task"));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_tokenizer_must_know_it(bool isSentenceEncoder)
    {
        string[] sentences = Sentences(600, seed: 1);
        var random = new Random(5);
        Assert.Empty(Warnings(isSentenceEncoder, Join(sentences.Select(sentence => Foreign(sentence, 0.03))), []));
        string warning = Assert.Single(Warnings(isSentenceEncoder, Join(sentences.Select(sentence => Foreign(sentence, 0.3))), []));
        Assert.StartsWith("control.txt is in a script or signs that the base model doesn't know", warning);
        Assert.EndsWith("Name a text of the kind that the base model was trained on.", warning);

        string Foreign(string sentence, double share) =>
            string.Join(' ', sentence.Split(' ').Select(word => random.NextDouble() < share ? $"Ж{random.Next(1000)}" : word));
    }

    [Theory]
    [InlineData(RetentionObjective.SentencePairs, 3.04, 3.912, false)] // a small sentence encoder on novels
    [InlineData(RetentionObjective.SentencePairs, 3.7, 3.912, false)]
    [InlineData(RetentionObjective.SentencePairs, 3.82, 3.912, true)]
    [InlineData(RetentionObjective.MaskedTokens, 6.6, 9, false)]
    [InlineData(RetentionObjective.MaskedTokens, 14.4, 9, true)]
    [InlineData(RetentionObjective.MaskedTokens, double.NaN, 9, false)]
    public void A_base_that_guesses_by_chance_has_nothing_to_lose(RetentionObjective objective, double loss, double chance, bool isSaid)
    {
        string? warning = ControlTextCheck.OfLoss("control.txt", objective, loss, chance);
        Assert.Equal(isSaid, warning is not null);
        if (!isSaid)
            return;
        Assert.StartsWith("control.txt has little that the base model could lose", warning);
        Assert.Matches(@"hardly better than by chance \(loss \d+\.\d\d nats, \d\.\d\d by chance\)\. Name ", warning);
        Assert.Equal(objective is RetentionObjective.SentencePairs, warning!.Contains("Name running text"));
    }

    /// <summary>Sentences of random words, each a row.</summary>
    private static string[] Sentences(int count, int seed)
    {
        var random = new Random(seed);
        string[] words = [.. TinyModel.Telling.SelectMany(all => all), .. TinyModel.Filler.Where(word => char.IsLetter(word[0]))];
        return [.. Enumerable.Range(0, count).Select(_ => $"The {string.Join(' ', random.GetItems(words, 13))} .")];
    }

    /// <summary>Two sentences a paragraph.</summary>
    private static string Join(IEnumerable<string> sentences) =>
        string.Join("\n\n", sentences.Chunk(2).Select(pair => string.Join(' ', pair)));

    private IReadOnlyList<string> Warnings(bool isSentenceEncoder, string text, IEnumerable<string> training) =>
        Of(isSentenceEncoder, text, training.Select(row => new TaskText(row, null)));

    private IReadOnlyList<string> Of(bool isSentenceEncoder, string text, IEnumerable<TaskText> training)
    {
        string path = isSentenceEncoder ? SentenceEncoder.Write(_folder) : TinyModel.Write(_folder);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        ControlSamples samples = ControlSamples.Read(
            checkpoint, EncoderConfig.Read(path), HuggingFaceTokenizer.Create(TokenizerFiles.Read(path, null)),
            ControlSource.FromTexts("control.txt", [text]), 400);
        return [.. ControlTextCheck.Warnings("control.txt", samples, training)];
    }
}
