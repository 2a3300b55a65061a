namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// The fields of <c>tokenizer.json</c>: of the file itself, and of each component by its <c>type</c>. Types that have no table are refused
/// by the reader.
/// </summary>
internal static class TokenizerJsonFields
{
    public const string FileName = "tokenizer.json";

    public static readonly FieldTable File = new()
    {
        Honoured = ["version", "truncation", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"],
        // How a batch is filled up, which the attention mask takes out again.
        Harmless = ["padding"],
    };

    /// <summary>
    /// Texts lose what is too long from their longer one first, as transformers asks for whatever the file says; pieces of a text that
    /// overlap aren't made.
    /// </summary>
    public static readonly FieldTable Truncation = new() { Honoured = ["direction", "max_length"], Harmless = ["strategy", "stride"] };

    public static readonly FieldTable AddedToken =
        new() { Honoured = ["id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"] };

    private static readonly Dictionary<string, FieldTable> Models = new()
    {
        ["WordPiece"] = Honours("vocab", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word"),
        ["BPE"] = Honours(
            "vocab", "merges", "unk_token", "dropout", "fuse_unk", "byte_fallback", "ignore_merges", "continuing_subword_prefix",
            "end_of_word_suffix"),
        ["Unigram"] = Honours("vocab", "unk_id", "byte_fallback"),
    };

    private static readonly Dictionary<string, FieldTable> Normalizers = new()
    {
        ["Sequence"] = Honours("normalizers"),
        ["BertNormalizer"] = Honours("clean_text", "handle_chinese_chars", "strip_accents", "lowercase"),
        ["NFC"] = Honours(),
        ["NFD"] = Honours(),
        ["NFKC"] = Honours(),
        ["NFKD"] = Honours(),
        ["Lowercase"] = Honours(),
        ["StripAccents"] = Honours(),
        ["Strip"] = Honours("strip_left", "strip_right"),
        ["Replace"] = Honours("pattern", "content"),
        ["Prepend"] = Honours("prepend"),
        ["Nmt"] = Honours(),
        ["Precompiled"] = Honours("precompiled_charsmap"),
    };

    private static readonly Dictionary<string, FieldTable> PreTokenizers = new()
    {
        ["Sequence"] = Honours("pretokenizers"),
        ["BertPreTokenizer"] = Honours(),
        ["Whitespace"] = Honours(),
        ["WhitespaceSplit"] = Honours(),
        ["ByteLevel"] = new() { Honoured = ["type", "add_prefix_space", "use_regex"], Harmless = ["trim_offsets"] },
        // Its replacement once more, as a string.
        ["Metaspace"] = new() { Honoured = ["type", "replacement", "prepend_scheme", "add_prefix_space", "split"], Harmless = ["str_rep"] },
        ["Split"] = Honours("pattern", "behavior", "invert"),
        ["Punctuation"] = Honours("behavior"),
        ["Digits"] = Honours("individual_digits"),
    };

    private static readonly Dictionary<string, FieldTable> PostProcessors = new()
    {
        ["Sequence"] = Honours("processors"),
        ["BertProcessing"] = Honours("sep", "cls"),
        // Offsets aren't what a model sees.
        ["RobertaProcessing"] = new() { Honoured = ["type", "sep", "cls"], Harmless = ["trim_offsets", "add_prefix_space"] },
        ["TemplateProcessing"] = Honours("single", "pair", "special_tokens"),
        ["ByteLevel"] = new() { Honoured = ["type"], Harmless = ["trim_offsets", "add_prefix_space", "use_regex"] },
    };

    private static readonly Dictionary<string, FieldTable> Decoders = new()
    {
        ["Sequence"] = Honours("decoders"),
        ["WordPiece"] = Honours("prefix", "cleanup"),
        ["ByteLevel"] = new() { Honoured = ["type"], Harmless = ["trim_offsets", "add_prefix_space", "use_regex"] },
        ["Metaspace"] = new() { Honoured = ["type", "replacement", "prepend_scheme", "add_prefix_space"], Harmless = ["str_rep", "split"] },
        ["BPEDecoder"] = Honours("suffix"),
        ["ByteFallback"] = Honours(),
        ["Fuse"] = Honours(),
        ["Replace"] = Honours("pattern", "content"),
        ["Strip"] = Honours("content", "start", "stop"),
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
        .. Component(root, "pre_tokenizer", PreTokenizers),
        .. Component(root, "post_processor", PostProcessors),
        .. Component(root, "decoder", Decoders),
    ];

    private static IEnumerable<string> Component(JsonElement parent, string name, Dictionary<string, FieldTable> tables) =>
        Find(parent, name, JsonValueKind.Object).SelectMany(component => Below(name, Unknown(component, tables))).Distinct();

    private static IEnumerable<string> Unknown(JsonElement component, Dictionary<string, FieldTable> tables)
    {
        if (!component.TryGetProperty("type", out JsonElement type) || type.ValueKind != JsonValueKind.String
            || !tables.TryGetValue(type.GetString()!, out FieldTable? table))
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

    private static FieldTable Honours(params string[] honoured) => new() { Honoured = ["type", .. honoured] };
}
