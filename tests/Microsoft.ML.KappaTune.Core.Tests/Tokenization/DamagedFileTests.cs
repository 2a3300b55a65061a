using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>A file that is damaged, or has what isn't understood, is refused: by file, field, reason and remedy.</summary>
public class DamagedFileTests
{
    private const string WordPiece =
        """{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100"""
            + """, "vocab": {"[UNK]": 0, "a": 1}}""";
    private const string Bpe = """{"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}""";
    private const string Unigram = """{"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["a", -1.5]]}""";

    /// <summary>A whole file of all kinds of components.</summary>
    private const string Rich =
        """
        {"version": "1.0", "truncation": {"max_length": 30}, "padding": null,
         "added_tokens": [{"id": 3, "content": "<s>", "single_word": false, "lstrip": true, "rstrip": false, "normalized": false,
           "special": true}],
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"},
           {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "},
           {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
           {"type": "Prepend", "prepend": "a"}]},
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
           {"type": "Split", "pattern": {"String": "-"}, "behavior": "Isolated", "invert": false},
           {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": true},
           {"type": "Digits", "individual_digits": true}]},
         "post_processor": {"type": "TemplateProcessing",
           "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
           "special_tokens": {"<s>": {"id": "<s>", "ids": [3], "tokens": ["<s>"]}}},
         "decoder": {"type": "Sequence", "decoders": [
           {"type": "Strip", "content": " ", "start": 1, "stop": 0}, {"type": "ByteFallback"}, {"type": "Fuse"}]},
         "model": {"type": "BPE", "dropout": null, "unk_token": null, "fuse_unk": false, "vocab": {"a": 0, "b": 1, "ab": 2},
           "merges": ["a b"]}}
        """;

    public static TheoryData<string, string?, string> Faults() => new()
    {
        { """{"model": """, null, "isn't valid JSON" },
        { "[]", null, "isn't a JSON object" },
        { "{}", "model", "it is missing" },
        { """{"version": "2.0", "model": WP}""", "version", "2.0 isn't understood" },
        { """{"model": 5}""", "model", "isn't an object" },
        { """{"model": {"type": "Markov"}}""", "model.type", "Markov isn't understood" },
        { """{"model": {"type": "WordLevel", "vocab": {}}}""", "model.type", "WordLevel isn't understood" },
        { """{"model": {"type": 7}}""", "model.type", "isn't a string" },
        { """{"model": {"vocab": {"a": 1}}}""", "model.type", "it is missing" },
        { """{"model": {"type": "WordPiece", "unk_token": "[UNK]"}}""", "model.vocab", "it is missing" },
        { """{"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}""", "model.vocab.a", "whole number" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1.5}, "merges": []}}""", "model.vocab.a", "whole number" },
        { """{"model": {"type": "BPE", "vocab": {"a": 9999999999}, "merges": []}}""", "model.vocab.a", "whole number" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1, "b": 1}, "merges": []}}""", "model.vocab", "\"a\" and \"b\" both have the id 1" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1, "a": 2}, "merges": []}}""", "a", "there twice" },
        { """{"model": {"type": "BPE", "vocab": {}, "merges": []}}""", "model.vocab", "empty" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1}}}""", "model.merges", "it is missing" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": ["a"]}}""", "model.merges[0]", "isn't a pair" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": ["a a a"]}}""", "model.merges[0]", "isn't a pair" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": [["a"]]}}""", "model.merges[0]", "isn't a pair" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": ["a a"]}}""", "model.merges[0]", "needs \"aa\"" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": ["a z"]}}""", "model.merges[0]", "needs \"z\"" },
        { """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": [], "dropout": 0.1}}""", "model.dropout", "random" },
        {
            """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": [], "unk_token": "?"}}""", "model.unk_token",
            "isn't in the vocabulary"
        },
        {
            """{"model": {"type": "BPE", "vocab": {"<0x41>": 1}, "merges": [], "byte_fallback": true}}""", "model.byte_fallback",
            "1 of the 256"
        },
        {
            """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": [], "byte_fallback": true, "end_of_word_suffix": "$"}}""",
            "model.byte_fallback", "suffix"
        },
        { """{"model": {"type": "BPE", "vocab": {"a": 1}, "merges": [], "fuse_unk": "yes"}}""", "model.fuse_unk", "isn't true or false" },
        { """{"model": {"type": "Unigram", "unk_id": -1, "vocab": [["a", 0]]}}""", "model.unk_id", "0 or more" },
        { """{"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", 0]]}}""", "model.unk_id", "1 tokens only" },
        { """{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a"]]}}""", "model.vocab[0]", "isn't a token with its score" },
        { """{"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a", "b"]]}}""", "model.vocab[0][1]", "isn't a number" },
        { """{"model": {"type": "Unigram", "unk_id": 0, "vocab": {}}}""", "model.vocab", "isn't a list" },
        { """{"model": WP, "normalizer": {"type": "Soundex"}}""", "normalizer.type", "Soundex isn't understood" },
        {
            """{"model": WP, "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "ByteLevel"}]}}""",
            "normalizer.normalizers[1].type", "ByteLevel isn't understood"
        },
        { """{"model": WP, "normalizer": {"type": "Sequence"}}""", "normalizer.normalizers", "it is missing" },
        {
            """{"model": WP, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "%%"}}""", "normalizer.precompiled_charsmap",
            "rules"
        },
        {
            """{"model": WP, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}}""", "normalizer.precompiled_charsmap",
            "rules"
        },
        {
            """{"model": WP, "normalizer": {"type": "Replace", "pattern": {"String": ""}, "content": "x"}}""",
            "normalizer.pattern.String", "empty pattern"
        },
        {
            """{"model": WP, "normalizer": {"type": "Replace", "pattern": {"Glob": "*"}, "content": "x"}}""",
            "normalizer.pattern", "neither"
        },
        { """{"model": WP, "pre_tokenizer": {"type": "Jieba"}}""", "pre_tokenizer.type", "Jieba isn't understood" },
        { """{"model": WP, "pre_tokenizer": {"type": "UnicodeScripts"}}""", "pre_tokenizer.type", "UnicodeScripts isn't understood" },
        {
            """{"model": WP, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{Han}"}, "behavior": "Isolated"}}""",
            "pre_tokenizer.pattern.Regex", "property"
        },
        {
            """{"model": WP, "pre_tokenizer": {"type": "Split", "pattern": {"String": "-"}, "behavior": "Doubled"}}""",
            "pre_tokenizer.behavior", "Doubled isn't understood"
        },
        {
            """{"model": WP, "pre_tokenizer": {"type": "Metaspace", "replacement": "ab"}}""", "pre_tokenizer.replacement",
            "single character"
        },
        {
            """{"model": WP, "pre_tokenizer": {"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"}}""",
            "pre_tokenizer.prepend_scheme", "last"
        },
        {
            """{"model": WP, "pre_tokenizer": {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first","""
                + """ "add_prefix_space": false}}""",
            "pre_tokenizer.prepend_scheme", "contradicts"
        },
        { """{"model": WP, "post_processor": {"type": "Shuffle"}}""", "post_processor.type", "Shuffle isn't understood" },
        {
            """{"model": WP, "post_processor": {"type": "BertProcessing", "sep": ["a", 1], "cls": ["z", 77]}}""",
            "post_processor", "the id 77"
        },
        {
            """{"model": WP, "post_processor": {"type": "BertProcessing", "sep": "a", "cls": ["a", 1]}}""", "post_processor.sep",
            "isn't a list"
        },
        {
            """{"model": WP, "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x", "type_id": 0}}]"""
                + """, "pair": [], "special_tokens": {}}}""",
            "post_processor.single[0].SpecialToken.id", "isn't among special_tokens"
        },
        {
            """{"model": WP, "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "B", "type_id": 0}}],"""
                + """ "pair": [], "special_tokens": {}}}""",
            "post_processor.single", "second text"
        },
        {
            """{"model": WP, "post_processor": {"type": "Sequence", "processors": [{"type": "BertProcessing", "sep": ["a", 1],"""
                + """ "cls": ["a", 1]}, {"type": "BertProcessing", "sep": ["a", 1], "cls": ["a", 1]}]}}""",
            "post_processor.processors", "more than one"
        },
        { """{"model": WP, "decoder": {"type": "CTC"}}""", "decoder.type", "CTC isn't understood" },
        { """{"model": WP, "added_tokens": [{"id": 5}]}""", "added_tokens[0].content", "it is missing" },
        { """{"model": WP, "added_tokens": [{"id": -5, "content": "x"}]}""", "added_tokens[0].id", "whole number" },
        { """{"model": WP, "added_tokens": [{"id": 5, "content": "a"}]}""", "added_tokens", "\"a\" has the id 5, but also 1" },
        { """{"model": WP, "added_tokens": [{"id": 1, "content": "x"}]}""", "added_tokens", "\"x\" and \"a\" both have the id 1" },
        {
            """{"model": WP, "added_tokens": [{"id": 5, "content": "x"}, {"id": 5, "content": "y"}]}""", "added_tokens",
            "both have the id 5"
        },
        { """{"model": WP, "added_tokens": 5}""", "added_tokens", "isn't a list" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_is_named(string json, string? field, string reason)
    {
        CheckpointFormatException fault = Assert.Throws<CheckpointFormatException>(
            () => HuggingFaceTokenizer.Create(Json.Files(("tokenizer.json", json.Replace("WP", WordPiece, StringComparison.Ordinal)))));
        Assert.Equal((Path.Combine("folder", "tokenizer.json"), field), (fault.File, fault.Field));
        Assert.Contains(reason, fault.Message);
        Assert.NotEmpty(fault.Remedy);
    }

    [Fact]
    public void The_whole_file_is_read()
    {
        string[] models = [.. new[] { WordPiece, Bpe, Unigram }.Select(model => $$"""{"model": {{model}} }""")];
        foreach (string json in models.Prepend(Rich))
            Assert.True(HuggingFaceTokenizer.Create(Json.Files(("tokenizer.json", json))).VocabularySize > 1);
    }

    [Fact]
    public void Sequences_within_sequences_have_an_end()
    {
        string nested = string.Concat(Enumerable.Repeat("""{"type": "Sequence", "normalizers": [""", 5000))
            + string.Concat(Enumerable.Repeat("]}", 5000));
        Assert.Throws<CheckpointFormatException>(
            () => HuggingFaceTokenizer.Create(Json.Files(("tokenizer.json", $$"""{"normalizer": {{nested}}, "model": {{Bpe}} }"""))));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = Encoding.UTF8.GetBytes(Rich);
        for (int length = 0; length < whole.Length; length += 7)
        {
            var files = new TokenizerFiles("folder", new Dictionary<string, byte[]> { ["tokenizer.json"] = whole[..length] });
            Assert.Throws<CheckpointFormatException>(() => HuggingFaceTokenizer.Create(files));
        }
    }

    [Fact]
    public void A_value_of_another_kind_is_refused_or_read_but_never_crashes()
    {
        string[] others = ["null", "-1", "1e300", "\"x\"", "[[]]", """{"type": "Sequence"}"""];
        int refused = 0, read = 0;
        for (int place = 0; ; place++)
        {
            JsonNode root = JsonNode.Parse(Rich)!;
            List<JsonNode> nodes = [.. All(root).Skip(1)];
            if (place == nodes.Count)
                break;
            foreach (string other in others)
            {
                root = JsonNode.Parse(Rich)!;
                JsonNode node = All(root).Skip(1).ElementAt(place);
                node.ReplaceWith(JsonNode.Parse(other));
                try
                {
                    HuggingFaceTokenizer.Create(Json.Files(("tokenizer.json", root.ToJsonString()))).Encode("a b-ab <s>é1", "b");
                    read++;
                }
                catch (CheckpointFormatException e)
                {
                    Assert.EndsWith("tokenizer.json", e.File);
                    refused++;
                }
            }
        }

        Assert.True(refused > 200 && read > 40, $"{refused} refused, {read} read");

        static IEnumerable<JsonNode> All(JsonNode node) => node switch
        {
            JsonObject members => members.Select(member => member.Value).OfType<JsonNode>().SelectMany(All).Prepend(node),
            JsonArray items => items.OfType<JsonNode>().SelectMany(All).Prepend(node),
            _ => [node],
        };
    }

    [Fact]
    public void A_damaged_SentencePiece_model_is_refused_or_read_but_never_crashes()
    {
        byte[] model = new SentencePieceBytes { Unigram = true, Rules = [("\uFB01", "fi")] }
            .AddControls().Add("\u2581", -3).Add("a", -1).ToArray();
        var random = new Random(9);
        int refused = 0;
        for (int round = 0; round < 400; round++)
        {
            byte[] damaged = round % 2 == 0 ? model[..random.Next(model.Length)] : [.. model];
            for (int i = 0; round % 2 == 1 && i < 1 + round % 5; i++)
                damaged[random.Next(Math.Min(120, damaged.Length))] = (byte)random.Next(256);
            var files = new TokenizerFiles("folder", new Dictionary<string, byte[]>
            {
                ["tokenizer.model"] = damaged,
                ["config.json"] = JsonSerializer.SerializeToUtf8Bytes(new { model_type = "xlm-roberta" }),
            });
            try
            {
                HuggingFaceTokenizer.Create(files).Encode("a \uFB01 é");
            }
            catch (CheckpointFormatException e)
            {
                Assert.EndsWith("tokenizer.model", e.File);
                refused++;
            }
        }

        Assert.InRange(refused, 80, 399);
    }
}
