using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tests.Tokenization;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>Which end a long text loses, and how long a text may be, is what the tokenizer's files say.</summary>
public sealed class TruncationSettingsTests : IDisposable
{
    private const string Words = """
        {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
         "vocab": {"[UNK]": 0, "a": 1, "b": 2, "c": 3, "d": 4, "[CLS]": 5, "[SEP]": 6}}
        """;

    private const string Around = """
        "pre_tokenizer": {"type": "BertPreTokenizer"}, "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 5],
          "sep": ["[SEP]", 6]}
        """;

    private readonly ForeignSample _sample = new();

    [Theory]
    [InlineData(null, null, new[] { 5, 1, 2, 6 })]
    [InlineData(null, "right", new[] { 5, 1, 2, 6 })]
    [InlineData(null, "left", new[] { 5, 3, 4, 6 })]
    [InlineData("Left", null, new[] { 5, 3, 4, 6 })]
    [InlineData("Right", null, new[] { 5, 1, 2, 6 })]
    // transformers asks for its own side, whatever the tokenizer was saved with.
    [InlineData("Left", "right", new[] { 5, 1, 2, 6 })]
    [InlineData("Right", "left", new[] { 5, 3, 4, 6 })]
    public void The_side_is_that_of_the_configuration_else_of_the_tokenizer(string? direction, string? side, int[] expected)
    {
        HuggingFaceTokenizer tokenizer = Tokenizer(
            direction is null ? null : $$"""{"direction": "{{direction}}", "max_length": 6, "strategy": "LongestFirst", "stride": 2}""",
            side is null ? null : $$"""{"truncation_side": "{{side}}"}""");
        Assert.Equal(expected, tokenizer.Encode("a b c d", maxLength: 4).Ids);
        Assert.Equal([5, 1, 2, 3, 4, 6], tokenizer.Encode("a b c d", maxLength: 6).Ids);
    }

    [Fact]
    public void Both_texts_of_a_pair_lose_the_same_side()
    {
        HuggingFaceTokenizer tokenizer = Tokenizer(null, """{"truncation_side": "left"}""");
        Assert.Equal([5, 3, 4, 6, 1, 4, 6], tokenizer.Encode("a b c d", "b c a d", maxLength: 7).Ids);
        Assert.Equal([5, 6, 4, 6], tokenizer.Encode("a", "b c a d", maxLength: 4).Ids);
    }

    [Theory]
    [InlineData("""{"model_max_length": 8}""", null, 8)]
    [InlineData("""{"max_len": 8}""", null, 8)]
    [InlineData("""{"model_max_length": 1000000000000000019884624838656}""", 6, int.MaxValue)]
    [InlineData("""{"model_max_length": 1e30}""", null, int.MaxValue)]
    [InlineData("""{"model_max_length": 512.0}""", null, 512)]
    [InlineData("""{"model_max_length": null}""", 6, 6)]
    [InlineData("""{"model_max_length": 512}""", 6, 512)]
    [InlineData(null, 6, 6)]
    [InlineData(null, null, int.MaxValue)]
    public void The_length_is_that_of_the_configuration_else_of_the_tokenizer(string? config, int? length, int expected) =>
        Assert.Equal(expected, Tokenizer(
            length is null ? null : $$"""{"direction": "Right", "max_length": {{length}}, "strategy": "LongestFirst", "stride": 0}""",
            config).MaxLength);

    [Theory]
    [InlineData("""{"model_max_length": 2}""", "model_max_length")]
    [InlineData("""{"model_max_length": -1}""", "model_max_length")]
    [InlineData("""{"model_max_length": 7.5}""", "model_max_length")]
    [InlineData("""{"model_max_length": "512"}""", "model_max_length")]
    [InlineData("""{"truncation_side": "both"}""", "truncation_side")]
    [InlineData("""{"truncation_side": 1}""", "truncation_side")]
    public void What_makes_no_sense_is_refused_by_file_and_field(string config, string field)
    {
        var e = Assert.Throws<CheckpointFormatException>(() => Tokenizer(null, config));
        Assert.Equal((Path.Combine("folder", "tokenizer_config.json"), field), (e.File, e.Field));
    }

    [Theory]
    [InlineData("""{"direction": "Up", "max_length": 6}""", "truncation.direction")]
    [InlineData("""{"direction": "Left", "max_length": 1}""", "truncation.max_length")]
    public void So_it_is_in_the_tokenizer(string truncation, string field)
    {
        var e = Assert.Throws<CheckpointFormatException>(() => Tokenizer(truncation, null));
        Assert.Equal((Path.Combine("folder", "tokenizer.json"), field), (e.File, e.Field));
    }

    [Fact]
    public void Padding_changes_nothing()
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Words, Around + """
            , "padding": {"strategy": {"Fixed": 9}, "direction": "Left", "pad_to_multiple_of": 8, "pad_id": 4, "pad_type_id": 1,
              "pad_token": "d"}
            """);
        Assert.Equal([5, 1, 6], tokenizer.Encode("a").Ids);
        Assert.Equal([0, 0, 0], tokenizer.Encode("a").TypeIds);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("""["input_ids", "token_type_ids", "attention_mask"]""", 1)]
    [InlineData("""["input_ids", "attention_mask"]""", 0)]
    public void A_model_that_is_not_told_the_types_gets_none(string? names, int type) =>
        Assert.Equal(type, Tokenizer(null, names is null ? null : $$"""{"model_input_names": {{names}}}""").Encode("a", "b").TypeIds[^1]);

    [Fact]
    public void Scores_are_those_of_the_texts_end()
    {
        _sample.Configure("tokenizer_config.json", ("truncation_side", "\"left\""), ("model_max_length", "6"));
        using KappaTuneTextClassificationTransformer model = _sample.Load();
        _sample.AssertScores(model, maxLength: 6);
        using KappaTuneTextClassificationTransformer longer =
            _sample.Context.Model.LoadKappaTuneTextClassification(_sample.Base, maxSequenceLength: 12, device: "cpu");
        _sample.AssertScores(longer, maxLength: 12);
        // What was saved cuts as well.
        string zip = Path.Combine(_sample.Adapter, "model.zip");
        _sample.Context.Model.Save(model, _sample.Rows.Schema, zip);
        using var loaded = (KappaTuneTextClassificationTransformer)_sample.Context.Model.Load(zip, out _);
        _sample.AssertScores(loaded, maxLength: 6);
    }

    [Fact]
    public void A_run_trains_on_no_more_than_the_files_allow()
    {
        _sample.Configure("tokenizer_config.json", ("model_max_length", "6"));
        TunedClassifier tuned = TextClassificationTuner.Tune(new TextClassificationRequest
        {
            Options = TextClassification.FittedModel.TinyOptions(_sample.Base) with { MaxEpochs = 1 },
            Train = [.. ForeignSample.Texts.Select((text, i) => new TextExample(text, null, i % 2))],
            Classes = ["x", "y"],
        });
        using TextClassifier classifier = tuned.Classifier;
        Assert.Equal(6, classifier.MaxTokens);
        // Two of the three texts are longer.
        Assert.Equal(2, tuned.Report.TruncatedRows);
    }

    public void Dispose() => _sample.Dispose();

    private static HuggingFaceTokenizer Tokenizer(string? truncation, string? config) =>
        Json.Tokenizer(Words, truncation is null ? Around : $"\"truncation\": {truncation}, {Around}", config);
}
