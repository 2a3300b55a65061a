using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Tokens that are looked for in the text itself.</summary>
public class AddedTokenTests
{
    private static readonly string Model = Json.WordPiece("[UNK]", "a", "b", "yesterday", "x", "##x", "[X]", "and", ".");

    private const string Steps = """ "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "BertPreTokenizer"} """;

    [Theory]
    [InlineData("", "a[X]b", "a [X] b")]
    [InlineData("", "a [X] b", "a [X] b")]
    [InlineData("", "[x]", "[UNK] x [UNK]")]
    // It takes the whitespace beside it, and more than one at a time.
    [InlineData("\"lstrip\": true,", "a \t [X] b", "a| \t [X]|b")]
    [InlineData("\"rstrip\": true,", "a [X] \t b", "a|[X] \t |b")]
    [InlineData("\"lstrip\": true, \"rstrip\": true,", "a [X] [X] b", "a| [X] |[X] |b")]
    [InlineData("\"single_word\": true,", "a[X]b [X]é [X]_ [X]. [X]", null)]
    // In the normalized text, in its own normalized form.
    [InlineData("\"normalized\": true,", "a [x] [X]b", "a|[x]|[X]|b")]
    public void A_token_is_found_in_the_text(string options, string text, string? expected)
    {
        string added = $$""" "added_tokens": [{"id": 6, "content": "[X]", {{options}} "special": true}] """;
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(Model, $"{added}, {Steps}");
        if (expected is null)
            Assert.Equal("a [UNK] x [UNK] b [UNK] x [UNK] [UNK] [UNK] x [UNK] [UNK] [X] . [X]", tokenizer.Tokens(text));
        else
            Assert.Equal(expected,
                expected.Contains('|', StringComparison.Ordinal) ? string.Join('|', tokenizer.Parts(text)) : tokenizer.Tokens(text));
        if (expected?.Contains('|', StringComparison.Ordinal) == true)
            Assert.Contains(6, tokenizer.EncodeToIds(text));
    }

    [Fact]
    public void A_token_that_is_not_special_is_found_in_its_normalized_form()
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(
            Model, $$""" "added_tokens": [{"id": 9, "content": "YesterDay X", "special": false}], {{Steps}} """);
        Assert.Equal([1, 9, 2], tokenizer.EncodeToIds("a yesterday xB"));
        Assert.Equal(["a", "YESTERDAY X", "B"], tokenizer.Parts("a YESTERDAY XB"));
        Assert.Equal("YesterDay X", tokenizer.Decode([9]));
    }

    [Fact]
    public void The_leftmost_and_then_the_longest_counts()
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(
            Model,
            """ "added_tokens": [{"id": 20, "content": "<a", "special": true}, {"id": 21, "content": "<a>", "special": true},"""
                + """ {"id": 22, "content": "a>b", "special": true}] """);
        Assert.Equal([21, 2], tokenizer.EncodeToIds("<a>b"));
        Assert.Equal([20, 22], tokenizer.EncodeToIds("<aa>b"));
        Assert.Equal(23, tokenizer.VocabularySize);
    }

    [Fact]
    public void Metaspaces_go_to_each_part_or_to_the_first()
    {
        string model = Json.Bpe(["<unk>", "a", "\u2581", "\u2581a", "<s>"], ["\u2581 a"]);
        string With(string scheme) => Json.Tokenizer(
            model,
            $$""" "added_tokens": [{"id": 4, "content": "<s>", "special": true}],"""
                + $$""" "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "{{scheme}}"} """)
            .Tokens("a<s>a a");
        Assert.Equal("\u2581a <s> \u2581a \u2581a", With("always"));
        Assert.Equal("\u2581a <s> a \u2581a", With("first"));
        Assert.Equal("a <s> a \u2581a", With("never"));
    }

    [Fact]
    public void The_configuration_counts_beside_the_file()
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(
            Model,
            Steps,
            """{"unk_token": "[UNK]", "mask_token": {"content": "[X]", "lstrip": true},"""
                + """ "pad_token": null, "added_tokens_decoder": {"9": {"content": "new", "special": true}}}""");
        // A special token of the vocabulary is one in the text, though the file doesn't list it.
        Assert.Equal(["a", "  [X]", "new", "b"], tokenizer.Parts("a  [X]newb"));
        Assert.Equal((6, 0, 10), (tokenizer.MaskId, tokenizer.UnknownId, tokenizer.VocabularySize));
        Assert.Equal(0, tokenizer.PadId);
        Assert.Equal(-1, tokenizer.ClassificationId);
    }

    [Theory]
    [InlineData("""{"do_lower_case": false}""", "A", "[UNK]")]
    [InlineData("""{"do_lower_case": true}""", "A", "a")]
    [InlineData("""{}""", "A", "a")]
    public void The_configuration_has_the_last_word_on_BERTs_normalizer(string config, string text, string expected)
    {
        string normalizer =
            """ "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,"""
                + """ "lowercase": true} """;
        Assert.Equal(expected, Json.Tokenizer(Model, normalizer, config).Tokens(text));
    }

    [Theory]
    [InlineData("""{"add_prefix_space": true}""", "\u0120a")]
    [InlineData("""{"add_prefix_space": false}""", "a")]
    public void The_configuration_has_the_last_word_on_the_space_before_a_text(string config, string expected)
    {
        HuggingFaceTokenizer tokenizer = Json.Tokenizer(
            Json.Bpe(["a", "\u0120", "\u0120a"], ["\u0120 a"]),
            """ "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false} """, config);
        Assert.Equal(expected, tokenizer.Tokens("a"));
    }

    /// <summary>Tables of embeddings are often padded to a round number; one that is too short is of another model.</summary>
    [Fact]
    public void The_first_token_without_embeddings_is_named()
    {
        TokenizerFiles files = Json.Files((
            "tokenizer.json",
            $$"""
            {"version": "1.0", "model": {{Json.WordPiece("[UNK]", "a", "b", "c")}},
             "added_tokens": [{"id": 9, "content": "<z>", "special": true}, {"id": 4, "content": "<y>", "special": true}]}
            """));
        Assert.Equal(10, HuggingFaceTokenizer.Create(files, 10).VocabularySize);
        Assert.Equal(10, HuggingFaceTokenizer.Create(files, 64).VocabularySize);
        Assert.Contains("\"<z>\" has the id 9", Refused(9), StringComparison.Ordinal);
        Assert.Contains("\"<y>\" has the id 4", Refused(4), StringComparison.Ordinal);
        Assert.Contains("\"b\" has the id 2", Refused(2), StringComparison.Ordinal);

        string Refused(int embeddings)
        {
            var refused = Assert.Throws<CheckpointFormatException>(() => HuggingFaceTokenizer.Create(files, embeddings));
            Assert.Equal(Path.Combine("folder", "tokenizer.json"), refused.File);
            return refused.Reason;
        }
    }

    [Fact]
    public void Special_tokens_map_counts_where_the_configuration_lists_no_tokens()
    {
        string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n<m>";
        int Mask(string config) => HuggingFaceTokenizer.Create(Json.Files(
            ("vocab.txt", vocabulary), ("special_tokens_map.json", """{"mask_token": "<m>"}"""), ("tokenizer_config.json", config))).MaskId;
        Assert.Equal(5, Mask("{}"));
        Assert.Equal(5, Mask("""{"mask_token": "[MASK]"}"""));
        Assert.Equal(4, Mask("""{"mask_token": "[MASK]", "added_tokens_decoder": {"4": {"content": "[MASK]", "special": true}}}"""));
    }

    [Fact]
    public void A_file_of_added_tokens_counts_beside_vocab_txt()
    {
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(Json.Files(
            ("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na"), ("added_tokens.json", """{"<New>": 6}""")));
        Assert.Equal([5, 6, 5], tokenizer.EncodeToIds("a<New>A"));
        Assert.Equal(7, tokenizer.VocabularySize);
    }

    [Theory]
    [InlineData("""{"tokenizer_class": "LlamaTokenizerFast", "add_bos_token": true, "add_eos_token": true}""", new[] { 1, 0, 2 })]
    [InlineData("""{"tokenizer_class": "LlamaTokenizerFast", "add_bos_token": false}""", new[] { 0 })]
    [InlineData("""{"tokenizer_class": "LlamaTokenizerFast", "add_eos_token": false, "bos_token": "</s>"}""", new[] { 2, 0 })]
    [InlineData("""{"tokenizer_class": "LlamaTokenizerFast"}""", new[] { 0, 1 })]
    [InlineData("""{"tokenizer_class": "PreTrainedTokenizerFast", "add_bos_token": true}""", new[] { 0, 1 })]
    public void The_configuration_has_the_last_word_on_what_begins_Llamas_texts(string config, int[] ids)
    {
        string processor =
            """
            "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}},
              {"SpecialToken": {"id": "<s>", "type_id": 0}}],
              "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
            """;
        Assert.Equal(ids, Json.Tokenizer(Json.Bpe(["a", "<s>", "</s>"], []), processor, config).Encode("a").Ids);
    }
}
