using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Which files of a folder are read, and for which families.</summary>
public class TokenizerFilesTests
{
    private const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n";

    [Fact]
    public void A_folders_files_go_into_a_model_and_out_again()
    {
        using var folder = new TemporaryFolder();
        folder.Write("vocab.txt", Vocabulary);
        folder.Write("tokenizer_config.json", """{"do_lower_case": false}""");
        folder.Write("config.json", """{"model_type": "bert", "hidden_size": 8}""");
        folder.Write("model.safetensors", "weights");
        TokenizerFiles files = TokenizerFiles.Read(folder.Path, ModelConfig.Read(folder.File("config.json")));
        Assert.Equal(["config.json", "tokenizer_config.json", "vocab.txt"], files.Content.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("[UNK] a", HuggingFaceTokenizer.Create(files).Tokens("A a"));

        using var other = new TemporaryFolder();
        other.Write("config.json", "whole");
        foreach (string name in (string[])["tokenizer.json", "chat_template.jinja", "notes.txt", "vocab.txt"])
            other.Write(name, "of another model");
        files.WriteTo(other.Path);
        // What would be read in place of these is gone, and nothing else.
        Assert.Equal(
            ["config.json", "notes.txt", "tokenizer_config.json", "vocab.txt"],
            Directory.GetFiles(other.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        Assert.Equal(Vocabulary, File.ReadAllText(other.File("vocab.txt")));
        // The model's own configuration says more than the type that is kept here.
        Assert.Equal("whole", File.ReadAllText(other.File("config.json")));
        var again = new TokenizerFiles("model.zip", files.Content);
        Assert.Equal([2, 1, 5, 3], HuggingFaceTokenizer.Create(again).Encode("A a").Ids);
    }

    [Fact]
    public void tokenizer_json_comes_first()
    {
        string json = $$"""{"model": {{Json.WordPiece("[UNK]", "json")}} }""";
        TokenizerFiles files = Json.Files(("vocab.txt", Vocabulary), ("tokenizer.json", json));
        Assert.Equal("json", HuggingFaceTokenizer.Create(files).Tokens("json"));
    }

    [Fact]
    public void A_folder_without_a_tokenizer_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("tokenizer_config.json", "{}");
        var fault = Assert.Throws<CheckpointFormatException>(() => TokenizerFiles.Read(folder.Path, null));
        Assert.Equal(folder.Path, fault.File);
        Assert.Contains("no tokenizer", fault.Message);
        Assert.Throws<CheckpointFormatException>(() => HuggingFaceTokenizer.Create(Json.Files(("tokenizer_config.json", "{}"))));
    }

    [Fact]
    public void A_family_that_is_not_known_is_refused()
    {
        string[][] cases =
        [
            ["vocab.txt", "tokenizer_config.json", """{"tokenizer_class": "BertJapaneseTokenizer"}""", "tokenizer_class"],
            ["vocab.txt", "config.json", """{"model_type": "mpnet"}""", "model_type"],
            ["vocab.json", "config.json", """{"model_type": "clip"}""", "model_type"],
            ["vocab.json", "tokenizer_config.json", """{"tokenizer_class": "WhisperTokenizerFast"}""", "tokenizer_class"],
            ["tokenizer.model", "config.json", """{"model_type": "t5"}""", "model_type"],
            ["spiece.model", "tokenizer_config.json", """{"tokenizer_class": "AlbertTokenizer"}""", "tokenizer_class"],
        ];
        foreach (string[] row in cases)
        {
            var fault =
                Assert.Throws<CheckpointFormatException>(() => HuggingFaceTokenizer.Create(Json.Files((row[0], "{}"), (row[1], row[2]))));
            Assert.Equal((Path.Combine("folder", row[1]), row[3]), (fault.File, fault.Field));
            Assert.Contains("isn't known to go with", fault.Message);
        }
    }

    [Theory]
    [InlineData("[UNK]\na", "cls_token \"[CLS]\" isn't in the vocabulary")]
    [InlineData("", "the vocabulary is empty")]
    public void A_vocabulary_without_what_the_family_needs_is_refused(string vocabulary, string reason)
    {
        var fault = Assert.Throws<CheckpointFormatException>(() => HuggingFaceTokenizer.Create(Json.Files(("vocab.txt", vocabulary))));
        Assert.Contains(reason, fault.Message);
    }

    [Fact]
    public void A_vocabulary_in_another_encoding_is_refused()
    {
        var files = new TokenizerFiles("folder", new Dictionary<string, byte[]> { ["vocab.txt"] = [0x61, 0xE9, 0x0A] });
        Assert.Contains("UTF-8", Assert.Throws<CheckpointFormatException>(() => HuggingFaceTokenizer.Create(files)).Message);
    }

    [Fact]
    public void Line_ends_of_Windows_are_line_ends()
    {
        HuggingFaceTokenizer tokenizer =
            HuggingFaceTokenizer.Create(Json.Files(("vocab.txt", Vocabulary.Replace("\n", "\r\n", StringComparison.Ordinal))));
        Assert.Equal((6, "a"), (tokenizer.VocabularySize, tokenizer.Tokens("a")));
    }

    [Theory]
    [InlineData("roberta", """{}""", new[] { 0, 5, 2 }, new[] { 0, 5, 2, 2, 6, 2 })]
    [InlineData("roberta", """{"add_prefix_space": true}""", new[] { 0, 7, 2 }, new[] { 0, 7, 2, 2, 8, 6, 2 })]
    [InlineData("gpt2", """{}""", new[] { 5 }, new[] { 5, 6 })]
    [InlineData("gpt2", """{"add_bos_token": true, "bos_token": "<s>"}""", new[] { 0, 5 }, new[] { 0, 5, 6 })]
    public void Vocabulary_and_merges_are_read_by_family(string type, string config, int[] single, int[] pair)
    {
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(Json.Files(
            ("vocab.json", Json.Vocabulary("<s>", "<pad>", "</s>", "<unk>", "<mask>", "a", "b", "\u0120a", "\u0120", "<|endoftext|>")),
            ("merges.txt", "#version: 0.2\n\u0120 a\n"), ("tokenizer_config.json", config),
            ("config.json", $$"""{"model_type": "{{type}}"}""")));
        Assert.Equal(single, tokenizer.Encode("a").Ids);
        Assert.Equal(pair, tokenizer.Encode("a", "b").Ids);
        // RoBERTa's mask takes the space before it; to GPT-2 it is text.
        if (type == "roberta")
            Assert.Contains(" <mask>", tokenizer.Parts("a <mask>b"));
        else
            Assert.DoesNotContain(4, tokenizer.EncodeToIds("a <mask>b"));
    }

    [Fact]
    public void Merges_are_needed_and_their_lines_named()
    {
        string vocabulary = Json.Vocabulary("<s>", "<pad>", "</s>", "<unk>", "<mask>", "a");
        (string, string?) family = ("config.json", """{"model_type": "roberta"}""");
        var missing =
            Assert.Throws<CheckpointFormatException>(() => HuggingFaceTokenizer.Create(Json.Files(("vocab.json", vocabulary), family)));
        Assert.EndsWith("merges.txt", missing.File);
        var wrong = Assert.Throws<CheckpointFormatException>(
            () => HuggingFaceTokenizer.Create(Json.Files(("vocab.json", vocabulary), ("merges.txt", "#version: 0.2\na a\n"), family)));
        Assert.Equal(("line 2", true), (wrong.Field, wrong.Message.Contains("needs \"aa\"", StringComparison.Ordinal)));
    }
}
