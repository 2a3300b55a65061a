using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads a file's <c>decoder</c>.</summary>
internal static class DecoderReader
{
    /// <summary>The steps; null where there is no decoder.</summary>
    public static IReadOnlyList<IDecoder>? Read(JsonField? node)
    {
        if (node is not { } given)
            return null;
        var steps = new List<IDecoder>();
        Read(given, steps);
        return steps;
    }

    private static void Read(JsonField node, List<IDecoder> steps)
    {
        JsonField type = node.Get("type");
        if (type.Text() != "Sequence")
        {
            steps.Add(ReadOne(node, type));
            return;
        }

        foreach (JsonField item in node.Get("decoders").Items())
            Read(item, steps);
    }

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
