using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Checkpoints;

public sealed class GgufTokenizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Models => Golden.Files("gguf", "model.gguf");

    [Theory, MemberData(nameof(Models))]
    public void Ids_are_those_of_transformers(string row)
    {
        string path = Golden.Open(row);
        using Checkpoint checkpoint = Checkpoint.Open(path);
        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(path)!, "expected.json")));
        int[] ids = [.. expected.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
        var tokenizer = HuggingFaceTokenizer.Create(files);
        Assert.Equal(ids, tokenizer.Encode(expected.RootElement.GetProperty("text").GetString()).Ids);
        Assert.Contains("<|im_start|>", ChatTemplate(files).GetString());
    }

    [Fact]
    public void A_text_begins_with_the_files_token_where_it_says_so()
    {
        var sample = new GgufSample();
        Assert.Equal([10, 9, 2], sample.Tokenizer(_folder).Encode(" ababc").Ids);
        sample.Metadata["tokenizer.ggml.add_bos_token"] = true;
        sample.Metadata["tokenizer.ggml.add_eos_token"] = true;
        Assert.Equal([11, 9, 12], sample.Tokenizer(_folder).Encode("ab").Ids);
        Assert.Equal([11, 0, 12, 1, 12], sample.Tokenizer(_folder).Encode("a</s>b").Ids);
    }

    [Fact]
    public void Each_way_to_split_words_is_read()
    {
        var sample = new GgufSample();
        foreach (string name in GgufPreTokenizer.Names)
        {
            sample.Metadata["tokenizer.ggml.pre"] = name;
            Assert.Equal([9, 10], sample.Tokenizer(_folder).EncodeWithOffsets("ab ab").Select(token => token.Id));
        }
    }

    [Fact]
    public void Several_chat_templates_are_a_list()
    {
        var sample = new GgufSample();
        sample.Metadata["tokenizer.chat_template"] = "usual";
        sample.Metadata["tokenizer.chat_templates"] = new[] { "tool_use" };
        sample.Metadata["tokenizer.chat_template.tool_use"] = "with tools";
        using Checkpoint checkpoint = Checkpoint.Open(sample.Write(_folder));
        Assert.Equal(
            ["default usual", "tool_use with tools"],
            ChatTemplate(TokenizerFiles.Read(checkpoint)).EnumerateArray()
                .Select(one => $"{one.GetProperty("name").GetString()} {one.GetProperty("template").GetString()}"));
    }

    [Fact]
    public void SentencePieces_are_merged_by_their_scores()
    {
        GgufSample sample = GgufSample.SentencePieces();
        HuggingFaceTokenizer tokenizer = sample.Tokenizer(_folder);
        int Id(string token) => Array.IndexOf((string[])sample.Metadata["tokenizer.ggml.tokens"], token);
        // "▁ab" is better than "bc"; what is no piece is its bytes.
        Assert.Equal([1, Id("▁ab"), Id("c")], tokenizer.Encode("abc").Ids);
        Assert.Equal([1, Id("▁"), Id("<0xC3>"), Id("<0xA9>"), Id("bc")], tokenizer.Encode("ébc").Ids);
        Assert.Equal("abc é", tokenizer.Decode(tokenizer.Encode("abc é").Ids.Skip(1)));
        sample.Metadata["tokenizer.ggml.add_space_prefix"] = false;
        sample.Metadata["tokenizer.ggml.add_bos_token"] = false;
        Assert.Equal([Id("a"), Id("bc")], sample.Tokenizer(_folder).Encode("abc").Ids);
    }

    public static TheoryData<string, object?, string> Wrong() => new()
    {
        { "tokenizer.ggml.model", null, "tokenizer.ggml.model" },
        { "tokenizer.ggml.model", "rwkv", "tokenizer.ggml.model" },
        { "tokenizer.ggml.pre", null, "tokenizer.ggml.pre" },
        { "tokenizer.ggml.pre", "default", "tokenizer.ggml.pre" },
        { "tokenizer.ggml.tokens", null, "tokenizer.ggml.tokens" },
        { "tokenizer.ggml.tokens", GgufSample.ByteTokens.Select(_ => "a").ToArray(), "tokenizer.ggml.tokens" },
        { "tokenizer.ggml.token_type", new[] { 1 }, "tokenizer.ggml.token_type" },
        { "tokenizer.ggml.merges", null, "tokenizer.ggml.merges" },
        { "tokenizer.ggml.merges", new[] { "a z" }, "model.merges[0]" },
        { "tokenizer.chat_template", 1u, "tokenizer.chat_template" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void A_wrong_or_unknown_tokenizer_is_refused_by_its_key(string key, object? value, string field)
    {
        var sample = new GgufSample();
        if (value is null)
            sample.Metadata.Remove(key);
        else
            sample.Metadata[key] = value;
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() => sample.Tokenizer(_folder));
        Assert.Equal(field, e.Field);
        if (value is "default" or "rwkv")
            Assert.Contains($"\"{value}\"", e.Reason);
    }

    [Fact]
    public void Words_that_the_file_cannot_split_are_split_by_the_tokenizer_beside_it()
    {
        var sample = new GgufSample();
        byte[] json;
        using (Checkpoint known = Checkpoint.Open(sample.Write(_folder)))
            json = TokenizerFiles.Read(known).Content["tokenizer.json"];
        sample.Metadata["tokenizer.chat_template"] = "of the file";
        foreach (string? pre in (string?[])["of-tomorrow", null])
        {
            sample.Metadata.Remove("tokenizer.ggml.pre");
            if (pre is not null)
                sample.Metadata["tokenizer.ggml.pre"] = pre;
            File.Delete(_folder.File("tokenizer.json"));
            CheckpointFormatException alone = Assert.Throws<CheckpointFormatException>(() => sample.Tokenizer(_folder));
            Assert.Contains("tokenizer.json", alone.Remedy, StringComparison.Ordinal);
            _folder.Write("tokenizer.json", json);
            Assert.Equal([10, 9, 2], sample.Tokenizer(_folder).Encode(" ababc").Ids);
            using Checkpoint checkpoint = Checkpoint.Open(_folder.File("model.gguf"));
            Assert.Equal("of the file", ChatTemplate(TokenizerFiles.Read(checkpoint)).GetString());
            Assert.Empty(UnknownFields.OfModel(checkpoint));
        }

        // Of another model.
        string other = System.Text.Encoding.UTF8.GetString(json).Replace("\"ab\":9", "\"ab\":8", StringComparison.Ordinal);
        CheckpointFormatException e = Assert.Throws<CheckpointFormatException>(() =>
        {
            _folder.Write("tokenizer.json", other);
            sample.Tokenizer(_folder);
        });
        Assert.Equal((_folder.File("tokenizer.json"), "model.vocab"), (e.File, e.Field));
        Assert.Contains("\"ab\" with the id 8", e.Reason, StringComparison.Ordinal);
        // A file that says how needs none.
        sample.Metadata["tokenizer.ggml.pre"] = "gpt-2";
        Assert.Equal([10, 9, 2], sample.Tokenizer(_folder).Encode(" ababc").Ids);
    }

    [Fact]
    public void SentencePieces_without_scores_or_with_rules_are_refused()
    {
        GgufSample sample = GgufSample.SentencePieces();
        sample.Metadata["tokenizer.ggml.precompiled_charsmap"] = new byte[] { 1 }.Select(one => (uint)one).ToArray();
        Assert.EndsWith("charsmap", Assert.Throws<CheckpointFormatException>(() => sample.Tokenizer(_folder)).Field);
        sample = GgufSample.SentencePieces();
        sample.Metadata["tokenizer.ggml.scores"] = new[] { 1f };
        Assert.EndsWith("scores", Assert.Throws<CheckpointFormatException>(() => sample.Tokenizer(_folder)).Field);
    }

    private static JsonElement ChatTemplate(TokenizerFiles files) =>
        JsonSerializer.Deserialize<JsonElement>(files.Content["tokenizer_config.json"]).GetProperty("chat_template");
}
