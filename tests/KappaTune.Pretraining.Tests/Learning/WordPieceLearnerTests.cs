using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tests.Tokenization;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Pretraining.Learning;

/// <summary>WordPiece learnt from text.</summary>
public class WordPieceLearnerTests
{
    private static readonly string[] Cats = LearntText.Words(("cat", 6), ("Cats", 3), ("hat", 5), ("hut", 2));

    private static readonly TokenizerLearningOptions Bare = new() { VocabularySize = 100, Alphabet = "" };

    // Of the pairs "##a ##t" is there 14 times; then "c ##at" 9, "h ##at" 5, "cat ##s" 3 times; of "##u ##t" and "h ##u",
    // both there twice, the first comes first in order, and leaves "h ##ut".
    private static readonly string[] CatsByHand =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "c", "h", "s", "t", "u", "##a", "##c", "##h", "##s", "##t", "##u",
        "##at", "cat", "hat", "cats", "##ut", "hut",
    ];

    [Fact]
    public void A_tiny_text_gives_the_vocabulary_worked_out_by_hand()
    {
        TokenizerFiles files = LearntText.WordPiece(Cats, Bare);
        Assert.Equal(CatsByHand, files.Vocabulary());
        Assert.Equal("hat ##s [UNK] [UNK] hut", files.Tokenizer().Tokens("Hats dog, hut"));
    }

    [Theory]
    [InlineData(17)]
    [InlineData(18)]
    [InlineData(20)]
    [InlineData(23)]
    public void The_vocabulary_has_the_size_asked_for(int size) =>
        Assert.Equal(CatsByHand[..size], LearntText.WordPiece(Cats, Bare with { VocabularySize = size }).Vocabulary());

    [Fact]
    public void Pairs_and_characters_need_their_frequency()
    {
        TokenizerFiles files = LearntText.WordPiece([.. Cats, "x"], Bare with { MinimumFrequency = 3 });
        Assert.Equal(CatsByHand.Where(token => !token.Contains('u', StringComparison.Ordinal)), files.Vocabulary());
        Assert.Contains("x", LearntText.WordPiece([.. Cats, "x"], Bare with { MinimumFrequency = 1 }).Vocabulary());
    }

    [Fact]
    public void A_large_vocabulary_is_exact_and_any_order_of_the_text_gives_the_same_bytes()
    {
        string[] text = LearntText.Prose(lines: 400);
        var options = new TokenizerLearningOptions { VocabularySize = 700 };
        TokenizerFiles files = LearntText.WordPiece(text, options), again = LearntText.WordPiece(text.Reverse(), options);
        Assert.Equal(700, files.Vocabulary().Length);
        Assert.Equal(700, files.Tokenizer().VocabularySize);
        Assert.Equal(files.Content.Keys.Order(), again.Content.Keys.Order());
        foreach ((string name, byte[] bytes) in files.Content)
            Assert.Equal(bytes, again.Content[name]);
    }

    [Fact]
    public void No_word_of_the_text_is_unknown_and_all_files_give_the_same_ids()
    {
        string[] text = [.. LearntText.Prose(lines: 300), "Café naïve 世界 😀 {braces}", "Café naïve 世界 😀 {braces}"];
        TokenizerFiles files = LearntText.WordPiece(text, new() { VocabularySize = 500 });
        HuggingFaceTokenizer tokenizer = files.Tokenizer(),
            fromTable = files.Tokenizer("vocab.txt", "tokenizer_config.json", "special_tokens_map.json");
        foreach (string line in text)
        {
            int[] ids = tokenizer.Encode(line).Ids;
            Assert.DoesNotContain(tokenizer.UnknownId, ids);
            Assert.Equal(ids, fromTable.Encode(line).Ids);
            Assert.Equal(ids, files.Tokenizer("tokenizer.json").Encode(line).Ids);
        }

        Assert.Equal("cafe naive 世 界 😀 { braces }", tokenizer.Decode(tokenizer.EncodeToIds("Café naïve 世界 😀 {braces}")));
        // Frequent words are one token each, so that learning has paid.
        Assert.True(text.Sum(line => tokenizer.CountTokens(line)) < 0.6 * text.Sum(line => line.Count(char.IsLetter)));
    }

    [Fact]
    public void Special_tokens_have_their_roles_and_are_not_learnt_from_the_text()
    {
        TokenizerFiles files = LearntText.WordPiece(["a[SEP]b [MASK] sep", "a[SEP]b [MASK]"], Bare);
        Assert.Equal(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##a", "##b"], files.Vocabulary());
        HuggingFaceTokenizer tokenizer = files.Tokenizer();
        Assert.Equal(
            (0, 1, 2, 3, 4), (tokenizer.PadId, tokenizer.UnknownId, tokenizer.ClassificationId, tokenizer.SeparatorId, tokenizer.MaskId));
        Assert.Equal([2, 5, 4, 3, 6, 3], tokenizer.Encode("a [MASK]", "b").Ids);
    }

    [Fact]
    public void Case_is_kept_where_it_is_asked_for()
    {
        TokenizerFiles files = LearntText.WordPiece(LearntText.Words(("Ab", 2), ("ÁB", 2)), Bare with { Lowercase = false });
        Assert.Equal(["A", "B", "b", "Á", "##A", "##B", "##b", "##Á", "Ab", "ÁB"], files.Vocabulary()[5..]);
        Assert.Equal("Ab ÁB", files.Tokenizer().Tokens("Ab ÁB"));
        Assert.Equal("Ab ÁB", files.Tokenizer("vocab.txt", "tokenizer_config.json").Tokens("Ab ÁB"));
    }

    [Fact]
    public void The_alphabet_has_ASCII_and_the_most_frequent_other_characters()
    {
        string[] ideographs = [.. Enumerable.Range(0, 1500).Select(i => char.ToString((char)(0x4E00 + i)))];
        var options = new TokenizerLearningOptions { VocabularySize = 5000 };
        string[] vocabulary = LearntText.WordPiece([.. ideographs, .. ideographs, .. ideographs[1400..]], options).Vocabulary();
        Assert.Equal(
            WordPieceAlphabet.MaximumCharacters, vocabulary[5..].Count(token => !token.StartsWith("##", StringComparison.Ordinal)));
        Assert.All(ideographs[1400..], ideograph => Assert.Contains(ideograph, vocabulary));
        Assert.Contains(ideographs[0], vocabulary);
        Assert.DoesNotContain(ideographs[1399], vocabulary);
        // Punctuation and ideographs never go on with a word; in lower case there are no capitals.
        Assert.All(new[] { "#", "~", "z", "##z", "7", "##7" }, token => Assert.Contains(token, vocabulary));
        Assert.All(new[] { "###", "##~", "Z", "##" + ideographs[0] }, token => Assert.DoesNotContain(token, vocabulary));
    }

    [Fact]
    public void A_word_that_is_too_long_teaches_nothing()
    {
        string longest = new('a', 100);
        Assert.Contains("##aa", LearntText.WordPiece([longest, longest], Bare).Vocabulary());
        Assert.Equal(["a", "##a"], LearntText.WordPiece([longest + "a", longest + "a"], Bare).Vocabulary()[5..]);
    }

    [Fact]
    public void The_files_say_all_that_Hugging_Face_reads()
    {
        TokenizerFiles files = LearntText.WordPiece(["a", "a"], Bare with { MaximumTokens = 64 });
        Assert.Equal(
            ["special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt"],
            files.Content.Keys.Order(StringComparer.Ordinal));
        JsonObject json = files.Json("tokenizer.json").AsObject();
        Assert.Equal(
            ["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"],
            json.Select(member => member.Key));
        AssertJson(
            """{"id": 4, "content": "[MASK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,"""
                + """ "special": true}""",
            json["added_tokens"]![4]);
        AssertJson(
            """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""",
            json["normalizer"]);
        AssertJson("""{"type": "BertPreTokenizer"}""", json["pre_tokenizer"]);
        AssertJson(
            """
            {"type": "TemplateProcessing",
             "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
             "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "[SEP]", "type_id": 0}},
                      {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
             "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3],
               "tokens": ["[SEP]"]}}}
            """,
            json["post_processor"]);
        AssertJson("""{"type": "WordPiece", "prefix": "##", "cleanup": true}""", json["decoder"]);
        AssertJson(
            """
            {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
             "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5, "##a": 6}}
            """,
            json["model"]);
        JsonObject config = files.Json("tokenizer_config.json").AsObject();
        Assert.Equal(["0", "1", "2", "3", "4"], config["added_tokens_decoder"]!.AsObject().Select(member => member.Key));
        AssertJson(
            """{"content": "[MASK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}""",
            config["added_tokens_decoder"]!["4"]);
        config.Remove("added_tokens_decoder");
        AssertJson(
            """
            {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]",
             "clean_up_tokenization_spaces": true, "do_lower_case": true, "model_max_length": 64, "strip_accents": null,
             "tokenize_chinese_chars": true, "tokenizer_class": "BertTokenizer"}
            """,
            config);
        AssertJson(
            """{"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}""",
            files.Json("special_tokens_map.json"));
        Assert.Equal("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##a\n"u8.ToArray(), files.Content["vocab.txt"]);
    }

    internal static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}\nactual {actual?.ToJsonString()}");
}
