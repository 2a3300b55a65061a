using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>The files of a learnt tokenizer, in the form that Hugging Face's libraries write them.</summary>
internal static class LearntFiles
{
    // Readable text of all languages; the same bytes on every system.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The tokenizer, its configuration and its special tokens; further files are those of before tokenizer.json.</summary>
    /// <param name="parts">The members of tokenizer.json from <c>normalizer</c> to <c>model</c>.</param>
    /// <param name="settings">What tokenizer_config.json says besides the special tokens.</param>
    /// <param name="others">Further files by name.</param>
    public static TokenizerFiles Create(
        LearntTokens special, JsonObject parts, JsonObject settings, params ReadOnlySpan<(string Name, byte[] Bytes)> others)
    {
        var root = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. special.Tokens.Select(token => Describe(token, withId: true))]),
        };
        Move(parts, root);

        var config = new JsonObject
        {
            ["added_tokens_decoder"] = new JsonObject(special.Tokens.Select(token =>
                KeyValuePair.Create(FormattableString.Invariant($"{token.Id}"), (JsonNode?)Describe(token, withId: false)))),
        };
        var map = new JsonObject();
        foreach ((string role, AddedToken token) in special.Roles)
        {
            config[role] = token.Content;
            map[role] = token.LeftStrip ? Named(token) : token.Content;
        }

        Move(settings, config);
        var content = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [TokenizerFiles.TokenizerJson] = Bytes(root),
            [TokenizerFiles.TokenizerConfig] = Bytes(config),
            [TokenizerFiles.SpecialTokensMap] = Bytes(map),
        };
        foreach ((string name, byte[] bytes) in others)
            content[name] = bytes;
        return new TokenizerFiles("the learnt tokenizer", content);
    }

    /// <summary>Tokens by their ids, which are their places in the list.</summary>
    public static JsonObject Vocabulary(IReadOnlyList<string> tokens) =>
        new(tokens.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id)));

    public static byte[] Bytes(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
            node.WriteTo(json);
        return buffer.ToArray();
    }

    /// <summary>A text file, each line ended.</summary>
    public static byte[] Lines(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    private static JsonObject Describe(AddedToken token, bool withId)
    {
        var described = new JsonObject();
        if (withId)
            described["id"] = token.Id;
        Move(Named(token), described);
        described["special"] = token.Special;
        return described;
    }

    private static JsonObject Named(AddedToken token) => new()
    {
        ["content"] = token.Content,
        ["single_word"] = token.SingleWord,
        ["lstrip"] = token.LeftStrip,
        ["rstrip"] = token.RightStrip,
        ["normalized"] = token.Normalized,
    };

    private static void Move(JsonObject source, JsonObject target)
    {
        foreach ((string name, JsonNode? value) in source.ToArray())
        {
            source.Remove(name);
            target[name] = value;
        }
    }
}
