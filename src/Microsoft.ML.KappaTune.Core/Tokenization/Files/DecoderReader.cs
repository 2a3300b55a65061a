namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The steps of a component, which is one or a sequence of them.</summary>
internal static class ComponentSteps
{
    /// <summary>None where there is no component.</summary>
    /// <param name="list">What a sequence calls its steps, which may be sequences too.</param>
    public static IEnumerable<JsonField> Steps(this JsonField? node, string list) => node is not { } given ? []
        : given.Get("type").Text() == "Sequence" ? given.Get(list).Items().SelectMany(item => Steps(item, list))
        : [given];
}

/// <summary>Reads a file's <c>decoder</c>.</summary>
internal static class DecoderReader
{
    /// <summary>The steps; null where there is no decoder.</summary>
    public static IReadOnlyList<IDecoder>? Read(JsonField? node) =>
        node is null ? null : [.. node.Steps("decoders").Select(step => ReadOne(step, step.Get("type")))];

    private static IDecoder ReadOne(JsonField node, JsonField type) => type.Text() switch
    {
        "WordPiece" => new WordPieceDecoder(node.Get("prefix").Text(), node.Flag("cleanup", otherwise: true)),
        "ByteLevel" => new ByteLevelDecoder(),
        "Metaspace" => new MetaspaceDecoder(node.Get("replacement").Character(), PreTokenizerReader.Scheme(node) != PrependScheme.Never),
        "BPEDecoder" => new BpeDecoder(node.Get("suffix").Text()),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Replace" => new ReplaceDecoder(new ReplaceNormalizer(PatternReader.Read(node.Get("pattern")), node.Get("content").Text())),
        "Strip" => new StripDecoder(node.Get("content").Character(), node.Get("start").Whole(), node.Get("stop").Whole()),
        var other => throw type.Refuse($"the decoder {other} isn't understood"),
    };
}
