using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>BERT's WordPiece, from tokenizer.json and from vocab.txt.</summary>
public class BertTests
{
    private static readonly string[] Tokens =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "don", "'", "t", "un", "##aff", "##able", "john", "johan", "##son", "s", "house",
        "c", "+", "a", "_", "b", "hello", "world", "!", "世", "界", "cafe", "$", "😀", "naive", "##s",
    ];

    private const string Uncased =
        """
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null,
          "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
          "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
          "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                   {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
          "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3],
            "tokens": ["[SEP]"]}}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "added_tokens": [{"id": 4, "content": "[MASK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
          "special": true}]
        """;

    private static readonly HuggingFaceTokenizer FromJson = Json.Tokenizer(Json.WordPiece(Tokens), Uncased);

    private static readonly HuggingFaceTokenizer FromVocab =
        HuggingFaceTokenizer.Create(Json.Files(("vocab.txt", string.Join('\n', Tokens) + "\n")));

    [Theory]
    // From BERT's own documentation.
    [InlineData("Don't", "don ' t")]
    [InlineData("unaffable", "un ##aff ##able")]
    [InlineData("John Johanson 's house", "john johan ##son ' s house")]
    // What Microsoft.ML.Tokenizers' BertTokenizer gets wrong.
    [InlineData("C++", "c + +")]
    [InlineData("a_b", "a _ b")]
    [InlineData("hello\tworld\r\nhello", "hello world hello")]
    [InlineData("$a", "$ a")]
    [InlineData("CAFÉ Café naïve", "cafe cafe naive")]
    [InlineData("a😀 😀", "[UNK] 😀")]
    [InlineData("世界hello", "世 界 hello")]
    [InlineData("hel\u0000lo wor\u200Bld\u00ADs \uFFFD", "hello world ##s")]
    [InlineData("hello\u00A0world\u3000!", "hello world !")]
    // In lower case it is no special token: its brackets and its word are unknown here.
    [InlineData("[MASK] [mask]", "[MASK] [UNK] [UNK] [UNK]")]
    [InlineData("hello[MASK]world", "hello [MASK] world")]
    [InlineData("zzz", "[UNK]")]
    [InlineData("", "")]
    [InlineData(" \t ", "")]
    [InlineData("a\uD83Db", "[UNK]")]
    public void Tokens_are_those_of_the_original(string text, string expected)
    {
        Assert.Equal(expected, FromJson.Tokens(text));
        Assert.Equal(expected, FromVocab.Tokens(text));
    }

    [Fact]
    public void Special_tokens_go_around_a_text_and_a_pair()
    {
        foreach (HuggingFaceTokenizer tokenizer in new[] { FromJson, FromVocab })
        {
            EncodedText single = tokenizer.Encode("hello world");
            Assert.Equal([2, 21, 22, 3], single.Ids);
            Assert.Equal([0, 0, 0, 0], single.TypeIds);
            Assert.Equal((false, 4), (single.Truncated, single.TokenCount));

            EncodedText pair = tokenizer.Encode("hello", "world!");
            Assert.Equal([2, 21, 3, 22, 23, 3], pair.Ids);
            Assert.Equal([0, 0, 0, 1, 1, 1], pair.TypeIds);
            Assert.Equal([2, 3], tokenizer.Encode("").Ids);
            Assert.Equal([2, 3], tokenizer.Encode(null).Ids);
            Assert.Equal([2, 3, 3], tokenizer.Encode("", "").Ids);
        }
    }

    [Fact]
    public void Roles_are_known()
    {
        foreach (HuggingFaceTokenizer tokenizer in new[] { FromJson, FromVocab })
        {
            Assert.Equal(
                (31, 0, 1, 4, 2, 3),
                (tokenizer.VocabularySize, tokenizer.PadId, tokenizer.UnknownId, tokenizer.MaskId, tokenizer.ClassificationId,
                    tokenizer.SeparatorId));
        }
    }

    [Fact]
    public void Places_are_those_of_the_given_text()
    {
        string text = "\u0007CAFE\u0301 \u4E16hello  un\u200Baffables[MASK]";
        Assert.Equal(["CAFE", "\u4E16", "hello", "un", "aff", "able", "s", "[MASK]"], FromJson.Parts(text));
    }

    [Fact]
    public void Tokens_become_text_again()
    {
        Assert.Equal("[CLS] unaffable! [SEP]", FromVocab.Decode(FromVocab.Encode("Unaffable !").Ids));
        Assert.Equal("john johansons house", FromVocab.Decode([11, 12, 13, 30, 15]));
        Assert.Equal("hello", FromVocab.Decode([21, 9999, -1]));
    }

    [Theory]
    [InlineData("""{"do_lower_case": false}""", "CAFÉ cafe", "[UNK] cafe")]
    [InlineData("""{"strip_accents": false}""", "CAFÉ cafe", "[UNK] cafe")]
    [InlineData("""{"do_lower_case": false, "strip_accents": true}""", "café CAFE", "cafe [UNK]")]
    [InlineData("""{"tokenize_chinese_chars": false}""", "世界 世", "[UNK] 世")]
    [InlineData("""{"tokenizer_class": "DistilBertTokenizer"}""", "hello", "hello")]
    [InlineData("""{"unk_token": "zzz", "tokenizer_class": "BertTokenizerFast"}""", "zzz", null)]
    public void The_configuration_counts_beside_vocab_txt(string config, string text, string? expected)
    {
        TokenizerFiles files = Json.Files(("vocab.txt", string.Join('\n', Tokens)), ("tokenizer_config.json", config));
        if (expected is null)
            Assert.Contains("unk_token \"zzz\" isn't in the vocabulary",
                Assert.Throws<CheckpointFormatException>(() => HuggingFaceTokenizer.Create(files)).Message);
        else
            Assert.Equal(expected, HuggingFaceTokenizer.Create(files).Tokens(text));
    }

    [Fact]
    public void A_word_is_unknown_from_the_101st_character_on()
    {
        HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.Create(Json.Files(("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##a\n😀\n##😀")));
        Assert.Equal(100, tokenizer.CountTokens(new string('a', 100)));
        Assert.Equal("[UNK]", tokenizer.Tokens(new string('a', 101)));
        // Characters count, not UTF-16 units.
        Assert.Equal(100, tokenizer.CountTokens(string.Concat(Enumerable.Repeat("😀", 100))));
        Assert.Equal(1, tokenizer.CountTokens(string.Concat(Enumerable.Repeat("😀", 101))));
    }
}
