using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Pretraining;
using Microsoft.ML.KappaTune.Tests.Tokenization;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Pretraining.Learning;

/// <summary>Byte-level BPE learnt from text.</summary>
public class ByteLevelBpeLearnerTests
{
    private static readonly TokenizerLearningOptions Options = new() { VocabularySize = 300 };

    private static readonly TokenizerLearningOptions Decoder = Options with { Style = ByteLevelStyle.Gpt2 };

    [Fact]
    public void A_tiny_text_gives_the_merges_worked_out_by_hand()
    {
        // The words are "cat", "Ġcats" twice and "Ġcat". "a t" and "c a" are there 4 times: the first comes first in order, and
        // leaves "c at", 4 times, "Ġ c" 3 times and "at s" twice.
        TokenizerFiles files = LearntText.ByteLevel(["cat cats", " cats cat"], Options);
        Assert.Equal(["a t", "c at", "\u0120 cat", "\u0120cat s"], files.Merges());
        Assert.Equal(["at", "cat", "\u0120cat", "\u0120cats"], files.Vocabulary()[261..]);
        Assert.Equal("cat \u0120cats \u0120cat \u0120 c \u0120 h at", files.Tokenizer().Tokens("cat cats cat c hat"));
        Assert.Equal(["a t", "c at"], LearntText.ByteLevel(["cat cats", " cats cat"], Options with { VocabularySize = 263 }).Merges());
    }

    [Fact]
    public void A_large_vocabulary_is_exact_and_any_order_of_the_text_gives_the_same_bytes()
    {
        string[] text = LearntText.Prose(lines: 300);
        foreach (TokenizerLearningOptions options in new[] { Options with { VocabularySize = 600 }, Decoder with { VocabularySize = 600 } })
        {
            TokenizerFiles files = LearntText.ByteLevel(text, options), again = LearntText.ByteLevel(text.Reverse(), options);
            Assert.Equal(600, files.Vocabulary().Length);
            Assert.Equal(files.Merges().Length, files.Merges().Distinct().Count());
            foreach ((string name, byte[] bytes) in files.Content)
                Assert.Equal(bytes, again.Content[name]);
        }
    }

    [Fact]
    public void Every_text_comes_back_and_all_files_give_the_same_ids()
    {
        string[] text = LearntText.Prose(lines: 200), all = [.. text, "Café\r\n\t世界 😀 it's 1984!", "", " ", "\0\uFFFD"];
        foreach (TokenizerLearningOptions options in new[] { Options, Decoder })
        {
            TokenizerFiles files = LearntText.ByteLevel(text, options with { VocabularySize = 500 });
            HuggingFaceTokenizer tokenizer = files.Tokenizer(),
                fromTable = files.Tokenizer("vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json");
            foreach (string line in all)
            {
                int[] ids = [.. tokenizer.EncodeToIds(line)];
                Assert.Equal(line, tokenizer.Decode(ids));
                Assert.Equal(ids, fromTable.EncodeToIds(line));
                Assert.Equal(tokenizer.Encode(line).Ids, fromTable.Encode(line).Ids);
            }

            Assert.True(text.Sum(line => tokenizer.CountTokens(line)) < 0.6 * text.Sum(line => line.Length));
        }
    }

    [Fact]
    public void Special_tokens_have_their_roles_and_are_not_learnt_from_the_text()
    {
        TokenizerFiles encoder = LearntText.ByteLevel(["zq<mask>zq</s>zq", "zq <mask>"], Options);
        Assert.Equal(["<s>", "<pad>", "</s>", "<unk>", "<mask>"], encoder.Vocabulary()[..5]);
        Assert.Equal(["z q"], encoder.Merges());
        HuggingFaceTokenizer tokenizer = encoder.Tokenizer();
        Assert.Equal(
            (0, 1, 2, 3, 4), (tokenizer.ClassificationId, tokenizer.PadId, tokenizer.SeparatorId, tokenizer.UnknownId, tokenizer.MaskId));
        Assert.Equal([0, 261, 4, 261, 2], tokenizer.Encode("zq <mask>zq").Ids);
        Assert.Equal([0, 261, 2, 2, 261, 2], tokenizer.Encode("zq", "zq").Ids);

        TokenizerFiles decoder = LearntText.ByteLevel(["zq<|endoftext|>zq"], Decoder);
        Assert.Equal("<|endoftext|>", decoder.Vocabulary()[0]);
        Assert.Equal(["z q"], decoder.Merges());
        Assert.Equal([257, 0, 257], decoder.Tokenizer().Encode("zq<|endoftext|>zq").Ids);
        Assert.Equal(0, decoder.Tokenizer().PadId);
    }

    [Fact]
    public void The_files_say_all_that_Hugging_Face_reads()
    {
        TokenizerFiles files = LearntText.ByteLevel(["zq zq"], Options with { MaximumTokens = 64 });
        Assert.Equal(
            ["merges.txt", "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "vocab.json"],
            files.Content.Keys.Order(StringComparer.Ordinal));
        JsonObject json = files.Json("tokenizer.json").AsObject();
        Assert.Equal(
            ["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"],
            json.Select(member => member.Key));
        Assert.Null(json["normalizer"]);
        WordPieceLearnerTests.AssertJson(
            """{"id": 4, "content": "<mask>", "single_word": false, "lstrip": true, "rstrip": false, "normalized": false,"""
                + """ "special": true}""",
            json["added_tokens"]![4]);
        WordPieceLearnerTests.AssertJson(
            """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true}""", json["pre_tokenizer"]);
        WordPieceLearnerTests.AssertJson(
            """{"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": true, "add_prefix_space": false}""",
            json["post_processor"]);
        WordPieceLearnerTests.AssertJson(
            """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}""", json["decoder"]);
        JsonObject model = json["model"]!.AsObject();
        Assert.Equal(
            ["type", "dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix", "fuse_unk", "byte_fallback", "vocab",
                "merges"],
            model.Select(member => member.Key));
        Assert.Equal("BPE", (string)model["type"]!);
        WordPieceLearnerTests.AssertJson("""["z q"]""", model["merges"]);
        WordPieceLearnerTests.AssertJson(model["vocab"]!.ToJsonString(), files.Json("vocab.json"));
        Assert.Equal("#version: 0.2\nz q\n"u8.ToArray(), files.Content["merges.txt"]);

        JsonObject config = files.Json("tokenizer_config.json").AsObject();
        config.Remove("added_tokens_decoder");
        WordPieceLearnerTests.AssertJson(
            """
            {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>", "cls_token": "<s>",
             "mask_token": "<mask>", "add_prefix_space": false, "clean_up_tokenization_spaces": false, "errors": "replace",
             "model_max_length": 64, "tokenizer_class": "RobertaTokenizer"}
            """,
            config);
        WordPieceLearnerTests.AssertJson(
            """
            {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>", "cls_token": "<s>",
             "mask_token": {"content": "<mask>", "single_word": false, "lstrip": true, "rstrip": false, "normalized": false}}
            """,
            files.Json("special_tokens_map.json"));

        TokenizerFiles decoder = LearntText.ByteLevel(["zq zq"], Decoder);
        WordPieceLearnerTests.AssertJson(
            """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}""",
            decoder.Json("tokenizer.json")["post_processor"]);
        Assert.Equal("GPT2Tokenizer", (string)decoder.Json("tokenizer_config.json")["tokenizer_class"]!);
    }
}
