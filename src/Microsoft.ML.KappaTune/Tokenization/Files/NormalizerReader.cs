namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads a file's <c>normalizer</c>.</summary>
internal static class NormalizerReader
{
    public static IReadOnlyList<ITextNormalizer> Read(JsonNode? node)
    {
        var steps = new List<ITextNormalizer>();
        if (node is { } given)
            Read(given, steps);
        return steps;
    }

    /// <summary>BERT's steps in their order; accents go with lower case where it isn't said.</summary>
    public static IEnumerable<ITextNormalizer> Bert(bool cleanText, bool handleIdeographs, bool? stripAccents, bool lowercase)
    {
        if (cleanText || handleIdeographs)
            yield return new BertCleaner(cleanText, handleIdeographs);
        if (stripAccents ?? lowercase)
        {
            yield return new UnicodeForm(compatible: false, compose: false);
            yield return RuneFilter.NonSpacingMarks;
        }

        if (lowercase)
            yield return new Lowercase();
    }

    private static void Read(JsonNode node, List<ITextNormalizer> steps)
    {
        JsonNode type = node.Get("type");
        switch (type.Text())
        {
            case "Sequence":
                foreach (JsonNode item in node.Get("normalizers").Items())
                    Read(item, steps);
                break;
            case "BertNormalizer":
                steps.AddRange(Bert(
                    node.Flag("clean_text", otherwise: true), node.Flag("handle_chinese_chars", otherwise: true),
                    node.Find("strip_accents")?.Flag(), node.Flag("lowercase", otherwise: true)));
                break;
            default:
                steps.Add(ReadOne(node, type));
                break;
        }
    }

    private static ITextNormalizer ReadOne(JsonNode node, JsonNode type) => type.Text() switch
    {
        "NFC" => new UnicodeForm(compatible: false, compose: true),
        "NFD" => new UnicodeForm(compatible: false, compose: false),
        "NFKC" => new UnicodeForm(compatible: true, compose: true),
        "NFKD" => new UnicodeForm(compatible: true, compose: false),
        "Lowercase" => new Lowercase(),
        "StripAccents" => RuneFilter.Marks,
        "Strip" => new Strip(node.Flag("strip_left", otherwise: true), node.Flag("strip_right", otherwise: true)),
        "Replace" => new Replace(PatternReader.Read(node.Get("pattern")), node.Get("content").Text()),
        "Prepend" => new Prepend(node.Get("prepend").Text()),
        "Nmt" => new NmtCleaner(),
        var other => throw type.Refuse($"the normalizer {other} isn't understood"),
    };
}
