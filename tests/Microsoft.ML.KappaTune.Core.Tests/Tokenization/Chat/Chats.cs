using System.Text.Json;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune.Tests.Tokenization;

/// <summary>Conversations and a tokenizer for them.</summary>
internal static class Chats
{
    public const string Begin = "<s>", End = "</s>", Pad = "<pad>";

    /// <summary>ChatML, without saying what the model writes.</summary>
    public const string ChatMl =
        "{% for m in messages %}<s>{{ m.role }}\n{{ m.content }}</s>\n{% endfor %}{% if add_generation_prompt %}<s>assistant\n{% endif %}";

    private static readonly string Bytes = Json.Bpe(
        [.. Enumerable.Range(0, 256).Select(value => $"{ByteAlphabet.CharOf((byte)value)}")], []);

    /// <summary>A token a byte, and three special ones.</summary>
    public static HuggingFaceTokenizer Tokenizer { get; } = Json.Tokenizer(
        Bytes,
        """
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}, "decoder": {"type": "ByteLevel"},
        "added_tokens": [{"id": 256, "content": "<s>", "special": true}, {"id": 257, "content": "</s>", "special": true},
                         {"id": 258, "content": "<pad>", "special": true}, {"id": 259, "content": "<think>", "special": false}]
        """,
        """{"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>"}""");

    public static ChatTemplate Template(string source) => ChatTemplate.Create(source, "chat_template.jinja");

    public static ChatEncoder Encoder(string template) => new(ChatTemplates.From(Template(template)), Tokenizer, "folder");

    /// <summary>A conversation of contents, the user's first.</summary>
    public static ChatMessage[] Turns(params string[] contents) =>
        [.. contents.Select((content, i) => ChatMessage.Create(i % 2 == 0 ? ChatMessage.User : ChatMessage.Assistant, content))];

    /// <summary>What a template makes of variables, an object in JSON.</summary>
    public static string Render(string template, string variables = "{}") =>
        Template(template).Render([], new ChatRendering { Variables = Members(variables) }).Text;

    public static Dictionary<string, JsonElement> Members(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;

    /// <summary>The parts of a text that are generated, a bar between them.</summary>
    public static string Generated(ChatText text) => string.Join('|', text.Generated.Select(span => text.Text[span.Start..span.End]));
}
