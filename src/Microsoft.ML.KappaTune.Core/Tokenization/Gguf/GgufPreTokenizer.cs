using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// How byte-level tokenizers split a text into words before bytes are merged: llama.cpp's names for it, and what a
/// <c>tokenizer.json</c> has.
/// </summary>
/// <param name="Name">The name in a GGUF file, the first of those that mean the same.</param>
/// <param name="Patterns">Regular expressions whose matches are words by themselves, one after the other; empty for GPT-2's words.</param>
internal sealed record GgufPreTokenizer(string Name, params string[] Patterns)
{
    private const string Llama3Words =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string QwenWords =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string TekkenWords =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        + @"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        + @"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly GgufPreTokenizer[] Known =
    [
        new("gpt-2") { Aliases = ["phi-2", "mpt", "olmo", "jina-es", "jina-de", "roberta-bpe", "exaone4", "trillion"] },
        new("smollm") { SplitsDigits = true, Aliases = ["starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"] },
        new("llama-bpe", Llama3Words) { IgnoresMerges = true, AddsBegin = true, Aliases = ["llama3", "llama-v3", "falcon3", "pixtral"] },
        new("dbrx", Llama3Words) { Aliases = ["smaug-bpe"] },
        new("qwen2", QwenWords) { Composes = true, Aliases = ["deepseek-r1-qwen", "megrez", "hunyuan-dense"] },
        new("stablelm2", QwenWords),
        new("tekken", TekkenWords) { IgnoresMerges = true, AddsBegin = true },
    ];

    private string[] Aliases { get; init; } = [];

    /// <summary>Whether each digit is a word, before GPT-2's words are found.</summary>
    private bool SplitsDigits { get; init; }

    /// <summary>Whether a text is normalised to composed characters (NFC).</summary>
    private bool Composes { get; init; }

    /// <summary>Whether a word that is a token is taken as such, whatever the merges say.</summary>
    public bool IgnoresMerges { get; private init; }

    /// <summary>Whether a text begins with a special token where the file doesn't say.</summary>
    public bool AddsBegin { get; private init; }

    /// <summary>The names that are known.</summary>
    public static IEnumerable<string> Names => Known.SelectMany(one => one.Aliases.Prepend(one.Name)).Order(StringComparer.Ordinal);

    public static GgufPreTokenizer? Find(string name) => Array.Find(Known, one => one.Name == name || one.Aliases.Contains(name));

    /// <summary>The one that a <c>tokenizer.json</c> has; null where it is none of those that are known.</summary>
    public static GgufPreTokenizer? Find(JsonElement tokenizer)
    {
        JsonNode? steps = Parts(tokenizer, "pre_tokenizer", "pretokenizers"), normalizer = Parts(tokenizer, "normalizer", "normalizers");
        bool ignores = tokenizer.GetProperty("model").TryGetProperty("ignore_merges", out JsonElement flag)
            && flag.ValueKind == JsonValueKind.True;
        return Array.Find(Known, one => one.IgnoresMerges == ignores && JsonNode.DeepEquals(steps, one.EssentialSteps())
            && JsonNode.DeepEquals(normalizer, one.Composes ? new JsonArray(new JsonObject { ["type"] = "NFC" }) : new JsonArray()));
    }

    public JsonObject? Normalizer() => Composes ? new() { ["type"] = "NFC" } : null;

    public JsonObject Steps() => new() { ["type"] = "Sequence", ["pretokenizers"] = All(essential: false) };

    private JsonArray EssentialSteps() => All(essential: true);

    private JsonArray All(bool essential)
    {
        JsonArray steps = [];
        foreach (string pattern in Patterns)
        {
            steps.Add(new JsonObject
            {
                ["type"] = "Split",
                ["pattern"] = new JsonObject { ["Regex"] = pattern },
                ["behavior"] = "Isolated",
                ["invert"] = false,
            });
        }

        if (SplitsDigits)
            steps.Add(new JsonObject { ["type"] = "Digits", ["individual_digits"] = true });
        var bytes = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = Patterns.Length == 0 };
        if (!essential)
            bytes["trim_offsets"] = true;
        steps.Add(bytes);
        return steps;
    }

    /// <summary>The steps of a component in a row, with what tells one from another, in one order.</summary>
    private static JsonArray Parts(JsonElement tokenizer, string component, string list)
    {
        JsonArray parts = [];
        if (tokenizer.TryGetProperty(component, out JsonElement node) && node.ValueKind == JsonValueKind.Object)
            AddParts(node, list, parts);
        return parts;
    }

    private static void AddParts(JsonElement node, string list, JsonArray parts)
    {
        if (node.TryGetProperty(list, out JsonElement inner))
        {
            foreach (JsonElement step in inner.EnumerateArray())
                AddParts(step, list, parts);
            return;
        }

        JsonObject one = JsonObject.Create(node)!.DeepClone().AsObject();
        one.Remove("trim_offsets");
        if ((string?)one["type"] == "ByteLevel")
            one["use_regex"] ??= true;
        parts.Add(one);
    }
}
