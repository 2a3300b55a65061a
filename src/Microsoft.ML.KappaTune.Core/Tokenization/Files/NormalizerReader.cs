namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads a file's <c>normalizer</c>.</summary>
internal static class NormalizerReader
{
    public static IReadOnlyList<INormalizer> Read(JsonField? node) => [.. node.Steps("normalizers").SelectMany(ReadStep)];

    /// <summary>BERT's steps in their order; accents go with lower case where it isn't said.</summary>
    public static IEnumerable<INormalizer> Bert(bool cleanText, bool handleIdeographs, bool? stripAccents, bool lowercase)
    {
        if (cleanText || handleIdeographs)
            yield return new BertCleanupNormalizer(cleanText, handleIdeographs);
        if (stripAccents ?? lowercase)
        {
            yield return new UnicodeNormalizer(compatible: false, compose: false);
            yield return StripMarksNormalizer.NonSpacingMarks;
        }

        if (lowercase)
            yield return new LowercaseNormalizer();
    }

    /// <summary>Reads BERT's normalizer; what the settings say counts instead of what the file says.</summary>
    public static IReadOnlyList<INormalizer> ReadBert(JsonField node, TokenizerSettings? settings = null)
    {
        const string Accents = "strip_accents";
        return
        [
            .. Bert(
                node.Flag("clean_text", otherwise: true),
                settings?.Flag("tokenize_chinese_chars") ?? node.Flag("handle_chinese_chars", otherwise: true),
                settings?.Says(Accents) ?? false ? settings.Flag(Accents) : node.Find(Accents)?.Flag(),
                settings?.Flag("do_lower_case") ?? node.Flag("lowercase", otherwise: true)),
        ];
    }

    private static IEnumerable<INormalizer> ReadStep(JsonField node) =>
        node.Get("type") is var type && type.Text() == "BertNormalizer" ? ReadBert(node) : [ReadOne(node, type)];

    private static INormalizer ReadOne(JsonField node, JsonField type) => type.Text() switch
    {
        "NFC" => new UnicodeNormalizer(compatible: false, compose: true),
        "NFD" => new UnicodeNormalizer(compatible: false, compose: false),
        "NFKC" => new UnicodeNormalizer(compatible: true, compose: true),
        "NFKD" => new UnicodeNormalizer(compatible: true, compose: false),
        "Lowercase" => new LowercaseNormalizer(),
        "StripAccents" => StripMarksNormalizer.Marks,
        "Strip" => new StripNormalizer(node.Flag("strip_left", otherwise: true), node.Flag("strip_right", otherwise: true)),
        "Replace" => new ReplaceNormalizer(PatternReader.Read(node.Get("pattern")), node.Get("content").Text()),
        "Prepend" => new PrependNormalizer(node.Get("prepend").Text()),
        "Nmt" => new NmtNormalizer(),
        "Precompiled" => new PrecompiledNormalizer(ReadCharsMap(node.Get("precompiled_charsmap"))),
        var other => throw type.Refuse($"the normalizer {other} isn't understood"),
    };

    private static CharsMap ReadCharsMap(JsonField node)
    {
        string base64 = node.Text();
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out int count) && CharsMap.Read(bytes.AsSpan(0, count)) is { } map
            ? map
            : throw node.Fault("these aren't SentencePiece's rules in base64");
    }
}
