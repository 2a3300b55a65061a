using System.Text.Json;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// The fields of <c>tokenizer.json</c>: of the file itself, and of each component by its <c>type</c>. Types that have no table are refused
/// by the reader.
/// </summary>
internal static class TokenizerJsonTables
{
    public const string FileName = "tokenizer.json";

    public static readonly ForeignFields File = new()
    {
        Honoured = ["version", "truncation", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"],
        // How a batch is filled up, which the attention mask takes out again.
        Harmless = ["padding"],
    };

    /// <summary>
    /// Texts lose what is too long from their longer one first, as transformers asks for whatever the file says; pieces of a text that
    /// overlap aren't made.
    /// </summary>
    public static readonly ForeignFields Truncation = new() { Honoured = ["direction", "max_length"], Harmless = ["strategy", "stride"] };

    public static readonly ForeignFields AddedToken =
        new() { Honoured = ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"] };

    private static readonly Dictionary<string, ForeignFields> Models = new()
    {
        ["WordPiece"] = Of("vocab", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"),
        ["BPE"] = Of(
            "vocab", "merges", "unk_token", "dropout", "fuse_unk", "byte_fallback", "ignore_merges", "continuing_subword_prefix",
            "end_of_word_suffix"),
        ["Unigram"] = Of("vocab", "unk_id", "byte_fallback"),
    };

    private static readonly Dictionary<string, ForeignFields> Normalizers = new()
    {
        ["Sequence"] = Of("normalizers"),
        ["BertNormalizer"] = Of("clean_text", "handle_chinese_chars", "strip_accents", "lowercase"),
        ["NFC"] = Of(),
        ["NFD"] = Of(),
        ["NFKC"] = Of(),
        ["NFKD"] = Of(),
        ["Lowercase"] = Of(),
        ["StripAccents"] = Of(),
        ["Strip"] = Of("strip_left", "strip_right"),
        ["Replace"] = Of("pattern", "content"),
        ["Prepend"] = Of("prepend"),
        ["Nmt"] = Of(),
        ["Precompiled"] = Of("precompiled_charsmap"),
    };

    private static readonly Dictionary<string, ForeignFields> Splitters = new()
    {
        ["Sequence"] = Of("pretokenizers"),
        ["BertPreTokenizer"] = Of(),
        ["Whitespace"] = Of(),
        ["WhitespaceSplit"] = Of(),
        ["ByteLevel"] = new() { Honoured = ["type", "add_prefix_space", "use_regex"], Harmless = ["trim_offsets"] },
        // Its replacement once more, as a string.
        ["Metaspace"] = new() { Honoured = ["type", "replacement", "prepend_scheme", "add_prefix_space", "split"], Harmless = ["str_rep"] },
        ["Split"] = Of("pattern", "behavior", "invert"),
        ["Punctuation"] = Of("behavior"),
        ["Digits"] = Of("individual_digits"),
    };

    private static readonly Dictionary<string, ForeignFields> PostProcessors = new()
    {
        ["Sequence"] = Of("processors"),
        ["BertProcessing"] = Of("sep", "cls"),
        // Offsets aren't what a model sees.
        ["RobertaProcessing"] = new() { Honoured = ["type", "sep", "cls"], Harmless = ["trim_offsets", "add_prefix_space"] },
        ["TemplateProcessing"] = Of("single", "pair", "special_tokens"),
        ["ByteLevel"] = new() { Honoured = ["type"], Harmless = ["trim_offsets", "add_prefix_space", "use_regex"] },
    };

    private static readonly Dictionary<string, ForeignFields> Decoders = new()
    {
        ["Sequence"] = Of("decoders"),
        ["WordPiece"] = Of("prefix", "cleanup"),
        ["ByteLevel"] = new() { Honoured = ["type"], Harmless = ["trim_offsets", "add_prefix_space", "use_regex"] },
        ["Metaspace"] = new() { Honoured = ["type", "replacement", "prepend_scheme", "add_prefix_space"], Harmless = ["str_rep", "split"] },
        ["BPEDecoder"] = Of("suffix"),
        ["ByteFallback"] = Of(),
        ["Fuse"] = Of(),
        ["Replace"] = Of("pattern", "content"),
        ["Strip"] = Of("content", "start", "stop"),
    };

    /// <summary>The paths of fields in no table, such as <c>pre_tokenizer.invert</c>.</summary>
    public static IEnumerable<string> Unknown(JsonElement root) =>
    [
        .. File.Unknown(root),
        .. Find(root, "truncation", JsonValueKind.Object).SelectMany(truncation => Below("truncation", Truncation.Unknown(truncation))),
        .. Find(root, "added_tokens", JsonValueKind.Array).SelectMany(list => list.EnumerateArray())
            .Where(token => token.ValueKind == JsonValueKind.Object)
            .SelectMany(token => Below("added_tokens", AddedToken.Unknown(token))).Distinct(),
        .. Component(root, "model", Models),
        .. Component(root, "normalizer", Normalizers),
        .. Component(root, "pre_tokenizer", Splitters),
        .. Component(root, "post_processor", PostProcessors),
        .. Component(root, "decoder", Decoders),
    ];

    private static IEnumerable<string> Component(JsonElement parent, string name, Dictionary<string, ForeignFields> tables) =>
        Find(parent, name, JsonValueKind.Object).SelectMany(component => Below(name, Unknown(component, tables))).Distinct();

    private static IEnumerable<string> Unknown(JsonElement component, Dictionary<string, ForeignFields> tables)
    {
        if (!component.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !tables.TryGetValue(type.GetString()!, out ForeignFields? table))
            return [];
        IEnumerable<string> own = table.Unknown(component);
        // The parts of a sequence are in its one list.
        return type.GetString() != "Sequence" ? own : own.Concat(component.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.Array)
            .SelectMany(property => property.Value.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.Object)
                .SelectMany(part => Below(property.Name, Unknown(part, tables)))));
    }

    private static IEnumerable<string> Below(string path, IEnumerable<string> names) => names.Select(name => $"{path}.{name}");

    private static IEnumerable<JsonElement> Find(JsonElement parent, string name, JsonValueKind kind) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind ? [value] : [];

    private static ForeignFields Of(params string[] honoured) => new() { Honoured = ["type", .. honoured] };
}
