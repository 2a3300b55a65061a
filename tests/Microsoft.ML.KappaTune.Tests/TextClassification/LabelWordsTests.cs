using Microsoft.ML.Data;
using Microsoft.ML.KappaTune.Checkpoints;

namespace Microsoft.ML.KappaTune.Tests.TextClassification;

/// <summary>Classes as words of a decoder, in ML.NET's pipelines and files.</summary>
[Collection(nameof(ProcessSettings))]
public sealed class LabelWordsTests : DecoderClassifierPipeline
{
    private const string WordsFile = "label_words.json";

    private static ClassLabels Words { get; } = ClassLabels.AsWords(
        "film : {text} we think :",
        new Dictionary<string, string> { ["positive"] = "very fine", ["negative"] = "very poor", ["other"] = "queer" });

    private protected override KappaTuneTextClassificationTrainer.Options Options => base.Options with { ClassLabels = Words };

    [Fact]
    public void A_folder_is_a_language_model_s_and_says_the_words()
    {
        using KappaTuneTextClassificationTransformer model = Fit(Options with { MaxEpochs = 1, Method = TuningMethod.Lora(2) });
        model.SaveModel(_folder.File("tuned"));
        using (Checkpoint saved = Checkpoint.Open(_folder.File("tuned")))
        {
            Assert.Equal(["LlamaForCausalLM"], saved.Config!.Architectures);
            Assert.False(saved.Config.Root.TryGetProperty("id2label", out _));
        }

        string words = File.ReadAllText(_folder.File($"tuned/{WordsFile}"));
        Assert.Contains("\"film : {text} we think :\"", words);
        Assert.Contains("\"very poor\"", words);
        float[][] scores = FittedModel.Scores(model, Test);
        using (var tuned = _context.Model.LoadKappaTuneTextClassification(_folder.File("tuned")))
        {
            Assert.Equal(scores, FittedModel.Scores(tuned, Test));
            var names = default(VBuffer<ReadOnlyMemory<char>>);
            tuned.GetOutputSchema(Test.Schema)["PredictedLabel"].GetKeyValues(ref names);
            Assert.Equal(Document.Classes, names.DenseValues().Select(name => name.ToString()));
        }

        model.SaveAdapter(_folder.File("adapter"));
        using (var adapted = _context.Model.LoadKappaTuneTextClassification(_base, _folder.File("adapter")))
            Assert.Equal(scores, FittedModel.Scores(adapted, Test));

        // Its vectors are those of the decoder.
        using var embedding = _context.Transforms.Text.KappaTuneEmbedding(
            new KappaTuneEmbeddingEstimator.Options { InputColumnName = "Sentence1" }, model).Fit(Test);
        Assert.Equal(TinyDecoder.Config.HiddenSize, embedding.Dimension);
    }

    [Theory]
    [InlineData(WordScores.PerToken, "per-token")]
    [InlineData(WordScores.Calibrated, "calibrated")]
    public void How_words_are_scored_has_no_part_in_training_and_is_changed_in_the_folder(WordScores scores, string word)
    {
        using KappaTuneTextClassificationTransformer model = Fit(Options with { MaxEpochs = 1 }),
            other = Fit(Options with { MaxEpochs = 1, ClassLabels = Words with { Scores = scores } });
        model.SaveModel(_folder.File("tuned"));
        string file = _folder.File($"tuned/{WordsFile}");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"likelihood\"", $"\"{word}\"", StringComparison.Ordinal));
        using var changed = _context.Model.LoadKappaTuneTextClassification(_folder.File("tuned"));
        Assert.Equal(FittedModel.Scores(other, Test), FittedModel.Scores(changed, Test));
        Assert.NotEqual(FittedModel.Scores(model, Test), FittedModel.Scores(changed, Test));
    }

    [Theory]
    [InlineData("\"prompt\": \"film", "\"prompt\": 7, \"other\": \"film", "prompt")]
    [InlineData("{text}", "text", "prompt")]
    [InlineData("\"likelihood\"", "\"unlikely\"", "scores")]
    [InlineData("\"very poor\"", "\"very fine\"", "classes")]
    [InlineData("\"word\": \"queer\"", "\"words\": \"queer\"", "classes[2].word")]
    public void A_damaged_file_of_words_is_refused(string text, string other, string field)
    {
        using (KappaTuneTextClassificationTransformer model = Fit(Options with { MaxEpochs = 1 }))
            model.SaveModel(_folder.File("tuned"));
        string file = _folder.File($"tuned/{WordsFile}"), content = File.ReadAllText(file);
        Assert.Contains(text, content);
        File.WriteAllText(file, content.Replace(text, other, StringComparison.Ordinal));
        var error = Assert.Throws<CheckpointFormatException>(
            () => _context.Model.LoadKappaTuneTextClassification(_folder.File("tuned")));
        Assert.EndsWith(WordsFile, error.File);
        Assert.Equal(field, error.Field);
    }

    [Fact]
    public void Pairs_have_their_own_place()
    {
        ClassLabels pairs = Words with { Prompt = "{text} , {pair} we think :" };
        using KappaTuneTextClassificationTransformer model =
            Fit(Options with { ClassLabels = pairs, Sentence2ColumnName = nameof(Document.Sentence2), MaxEpochs = 1 });
        Assert.Equal(60, FittedModel.Scores(model, Test).Length);
        AssertWrong("Sentence2ColumnName is null; allowed is the second text's column", Options with { ClassLabels = pairs });
        AssertWrong("Sentence2ColumnName is Other; allowed is null", Options with { Sentence2ColumnName = "Other" });
    }

    [Fact]
    public void What_is_wrong_is_said_by_name()
    {
        AssertWrong("ClassLabels.Prompt is film; allowed is one with {text}", Options with { ClassLabels = new() { Prompt = "film" } });
        AssertWrong(
            "ClassLabels.Words is positive, negative, other; allowed is none where Prompt is null",
            Options with { ClassLabels = Words with { Prompt = null } });
        AssertWrong("ClassLabels.Scores is 7; allowed is", Options with { ClassLabels = Words with { Scores = (WordScores)7 } });
        AssertWrong("LabelSmoothing is 0.1; allowed is 0 where classes are words", Options with { LabelSmoothing = 0.1 });
        AssertWrong("HeadEpochs is 1; allowed is 0 where classes are words", Options with { HeadEpochs = 1 });
        AssertWrong("ClassLabels is null", Options with { ClassLabels = null! });
        var words = new Dictionary<string, string> { ["happy"] = "good" };
        var unknown = Assert.Throws<ArgumentException>(
            () => Fit(Options with { ClassLabels = ClassLabels.AsWords("{text} :", words) }));
        Assert.StartsWith("ClassLabels.Words is happy; allowed is the names of classes: positive, negative", unknown.Message);
    }

    [Fact]
    public void Labels_are_the_same_where_prompt_words_and_scores_are()
    {
        ClassLabels again = ClassLabels.AsWords(Words.Prompt!, new Dictionary<string, string>(Words.Words));
        Assert.Equal(Words, again);
        Assert.Equal(Words.GetHashCode(), again.GetHashCode());
        Assert.NotEqual(Words, again with { Scores = WordScores.Calibrated });
        Assert.NotEqual(Words, ClassLabels.AsWords(Words.Prompt!));
        Assert.Equal(("outputs", false), ($"{ClassLabels.AsOutputs}", ClassLabels.AsOutputs.AreWords));
        Assert.Equal("words after \"film : {text} we think :\"", $"{Words}");
    }

    private void AssertWrong(string message, KappaTuneTextClassificationTrainer.Options options) => Assert.StartsWith(
        message,
        Assert.Throws<ArgumentException>(() => _context.MulticlassClassification.Trainers.KappaTuneTextClassification(options)).Message);
}
