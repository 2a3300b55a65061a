using Microsoft.ML.KappaTune.Tests.Tokenization;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Issues;

/// <summary>
/// Settings of BERT's tokenizer count for the classes that know them, and where a class doesn't, its tokenizer.json decides.
/// </summary>
public class LowerCaseOfOtherClassesTests
{
    private const string Model = """
        {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
         "vocab": {"[UNK]": 0, "A": 1, "a": 2, "É": 3, "é": 4, "E": 5, "e": 6, "東京": 7, "東": 8, "京": 9}}
        """;

    [Theory]
    // The class that is named counts, then that of the model's configuration, then its type.
    [InlineData("BertTokenizerFast", null, null, true)]
    [InlineData("BertTokenizer", null, "roberta", true)]
    [InlineData("DistilBertTokenizerFast", null, null, true)]
    [InlineData("PreTrainedTokenizerFast", null, "bert", false)]
    [InlineData("RobertaTokenizerFast", null, "bert", false)]
    [InlineData("XLMRobertaTokenizerFast", null, null, false)]
    [InlineData("TokenizersBackend", null, "bert", false)]
    [InlineData(null, "BertTokenizer", "roberta", true)]
    [InlineData(null, "PreTrainedTokenizerFast", "bert", false)]
    [InlineData(null, null, "distilbert", true)]
    [InlineData(null, null, "xlm-roberta", false)]
    [InlineData(null, null, null, true)]
    public void Lower_case_is_for_the_classes_that_know_it(string? named, string? modelsClass, string? type, bool counts)
    {
        HuggingFaceTokenizer tokenizer = Tokenizer(
            "\"lowercase\": false, \"strip_accents\": null, \"handle_chinese_chars\": false",
            "\"do_lower_case\": true, \"tokenize_chinese_chars\": true", named, modelsClass, type);
        Assert.Equal(counts ? [2, 6, 8, 9] : new[] { 1, 3, 7 }, tokenizer.EncodeToIds("A É 東京"));
    }

    [Theory]
    [InlineData("\"lowercase\": true, \"strip_accents\": false", "\"strip_accents\": null", new[] { 6 })]
    [InlineData("\"lowercase\": true, \"strip_accents\": false", "\"padding_side\": \"left\"", new[] { 4 })]
    [InlineData("\"lowercase\": true, \"strip_accents\": false", "\"strip_accents\": true", new[] { 6 })]
    [InlineData("\"lowercase\": true, \"strip_accents\": null", "\"strip_accents\": false", new[] { 4 })]
    [InlineData("\"lowercase\": true, \"strip_accents\": null", "\"do_lower_case\": false", new[] { 3 })]
    [InlineData("\"lowercase\": true, \"strip_accents\": true", "\"do_lower_case\": false", new[] { 5 })]
    [InlineData("\"lowercase\": false, \"strip_accents\": null", "\"do_lower_case\": true", new[] { 6 })]
    public void Accents_go_with_lower_case_where_null_is_said(string normalizer, string config, int[] expected) =>
        Assert.Equal(expected, Tokenizer(normalizer, config, "BertTokenizer", null, null).EncodeToIds("É"));

    [Theory]
    [InlineData("\"never_split\": [\"A\"]", "never_split")]
    [InlineData("\"do_basic_tokenize\": false", "do_basic_tokenize")]
    [InlineData("\"split_special_tokens\": true", "split_special_tokens")]
    [InlineData("\"wordpieces_prefix\": \"@@\"", "wordpieces_prefix")]
    [InlineData("\"sp_model_kwargs\": {\"enable_sampling\": true}", "sp_model_kwargs")]
    public void Settings_that_would_give_other_ids_are_refused(string config, string field)
    {
        var e = Assert.Throws<CheckpointFormatException>(() => Tokenizer("\"lowercase\": true", config, null, null, null));
        Assert.Equal((Path.Combine("folder", "tokenizer_config.json"), field), (e.File, e.Field));
    }

    [Theory]
    [InlineData(
        "\"never_split\": null, \"do_basic_tokenize\": true, \"wordpieces_prefix\": \"##\", \"sp_model_kwargs\": {}, "
            + "\"split_special_tokens\": false")]
    public void Their_defaults_are_read(string config) =>
        Assert.Equal([2], Tokenizer("\"lowercase\": true", config, null, null, null).EncodeToIds("A"));

    [Theory]
    [InlineData("tokenizer_config.json", """{"additional_special_tokens": ["[X]", {"content": "[Y]", "special": true}]}""")]
    [InlineData("special_tokens_map.json", """{"additional_special_tokens": ["[X]", "[Y]"]}""")]
    [InlineData("tokenizer_config.json", """{"extra_special_tokens": {"x": "[X]", "y": "[Y]"}}""")]
    public void Special_tokens_without_a_role_are_found_in_texts(string file, string json)
    {
        var tokenizer = HuggingFaceTokenizer.Create(
            Json.Files(("vocab.txt", "[UNK]\n[CLS]\n[SEP]\n[PAD]\n[MASK]\n[X]\n[Y]\nx\n[\n]"), (file, json)));
        Assert.Equal([7, 5, 6], tokenizer.EncodeToIds("x[X] [Y]"));
    }

    private static HuggingFaceTokenizer Tokenizer(string normalizer, string config, string? named, string? modelsClass, string? type)
    {
        string model = string.Join(", ", new[] { ("tokenizer_class", modelsClass), ("model_type", type) }
            .Where(field => field.Item2 is not null).Select(field => $"\"{field.Item1}\": \"{field.Item2}\""));
        return HuggingFaceTokenizer.Create(Json.Files(
            ("tokenizer.json", $$"""
                {"version": "1.0", "normalizer": {"type": "BertNormalizer", "clean_text": true, {{normalizer}}},
                  "pre_tokenizer": {"type": "BertPreTokenizer"}, "model": {{Model}}}
                """),
            ("tokenizer_config.json", named is null ? $"{{{config}}}" : $"{{\"tokenizer_class\": \"{named}\", {config}}}"),
            ("config.json", $"{{{model}}}")));
    }
}
