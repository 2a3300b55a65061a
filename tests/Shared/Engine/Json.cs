using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Makes tokenizers of JSON that a test writes.</summary>
internal static class Json
{
    /// <summary>A tokenizer.json of a model and what else the test says, such as <c>"normalizer": {...}</c>.</summary>
    public static HuggingFaceTokenizer Tokenizer(string model, string others = "", string? config = null) =>
        HuggingFaceTokenizer.Create(Files(
            ("tokenizer.json", $$"""{"version": "1.0", {{(others.Length == 0 ? "" : others + ",")}} "model": {{model}}}"""),
            ("tokenizer_config.json", config)));

    public static TokenizerFiles Files(params (string Name, string? Text)[] files) => new(
        "folder", files.Where(file => file.Text is not null).ToDictionary(file => file.Name, file => Encoding.UTF8.GetBytes(file.Text!)));

    /// <summary>The tokens of a vocabulary in their order, as an object.</summary>
    public static string Vocabulary(params string[] tokens)
    {
        var ids = new JsonObject();
        for (int id = 0; id < tokens.Length; id++)
            ids[tokens[id]] = id;
        return ids.ToJsonString();
    }

    public static string WordPiece(params string[] tokens) =>
        $$"""{"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100"""
            + $$""", "vocab": {{Vocabulary(tokens)}}}""";

    /// <summary>A byte-pair model of characters and what they merge to, in the order of the merges.</summary>
    public static string Bpe(string[] tokens, string[] merges, string others = "") =>
        $$"""{"type": "BPE", {{others}} "vocab": {{Vocabulary(tokens)}}, "merges": {{JsonSerializer.Serialize(merges)}}}""";

    /// <summary>The tokens of a text, special ones left out, one space between them.</summary>
    public static string Tokens(this HuggingFaceTokenizer tokenizer, string text) =>
        string.Join(' ', tokenizer.EncodeToTokens(text, out _).Select(token => token.Value));

    /// <summary>For each token the part of the text it stands for.</summary>
    public static string[] Parts(this HuggingFaceTokenizer tokenizer, string text) =>
        [.. tokenizer.EncodeToTokens(text, out _).Select(token => text[token.Offset])];
}
