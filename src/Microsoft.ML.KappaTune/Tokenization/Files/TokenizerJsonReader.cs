namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads <c>tokenizer.json</c>, the format of Hugging Face's tokenizers.</summary>
internal static class TokenizerJsonReader
{
    public static TokenizerParts Read(TokenizerFiles files, TokenizerSettings settings)
    {
        JsonNode root = JsonNode.Parse(files.PathOf(TokenizerFiles.TokenizerJson), files.Content[TokenizerFiles.TokenizerJson]);
        if (root.Find("version") is { } version && version.Text() != "1.0")
            throw version.Refuse($"the version {version.Text()} isn't understood");
        return new TokenizerParts
        {
            Model = ModelReader.Read(root.Get("model")),
            Normalizers = NormalizerReader.Read(root.Find("normalizer")),
            Splitters = SplitterReader.Read(root.Find("pre_tokenizer")),
            Template = TemplateReader.Read(root.Find("post_processor")),
            Decoders = DecoderReader.Read(root.Find("decoder")),
            AddedTokens = ReadAdded(root),
            Special = settings.Special,
        };
    }

    private static List<AddedToken> ReadAdded(JsonNode root)
    {
        var tokens = new List<AddedToken>();
        foreach (JsonNode item in root.Find("added_tokens")?.Items() ?? [])
            tokens.Add(AddedTokenReader.Read(item, item.Get("id").Whole()));
        return tokens;
    }
}
