namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads <c>tokenizer.json</c>, the format of Hugging Face's tokenizers.</summary>
internal static class TokenizerJsonReader
{
    public static TokenizerParts Read(TokenizerFiles files, TokenizerSettings settings)
    {
        JsonField root = JsonField.Parse(files.PathOf(TokenizerFiles.TokenizerJson), files.Content[TokenizerFiles.TokenizerJson]);
        if (root.Find("version") is { } version && version.Text() != "1.0")
            throw version.Refuse($"the version {version.Text()} isn't understood");
        TokenModel model = ModelReader.Read(root.Get("model"));
        List<AddedToken> added = ReadAdded(root);
        return new TokenizerParts
        {
            Model = model,
            Normalizers = ReadNormalizers(root.Find("normalizer"), settings),
            PreTokenizers = ReadPreTokenizers(root.Find("pre_tokenizer"), settings),
            PostProcessor = LlamaPostProcessor(settings, IdOf) ?? PostProcessorReader.Read(root.Find("post_processor")),
            Decoders = DecoderReader.Read(root.Find("decoder")),
            AddedTokens = added,
            Special = settings.Special,
            MaxLength = settings.SaysMaxLength ? null : root.Find("truncation")?.Get("max_length").MaximumTokens(),
            TruncatesLeft = root.Find("truncation")?.Find("direction") is { } direction && TruncatesLeft(direction),
        };

        int IdOf(string token) => added.Find(known => known.Content == token)?.Id ?? model.Vocabulary.IdOf(token);
    }

    /// <summary>
    /// The configuration beside the file overrides the settings of BERT's normalizer where its class has them; where it says null for
    /// accents, they go with lower case.
    /// </summary>
    private static IReadOnlyList<INormalizer> ReadNormalizers(JsonField? node, TokenizerSettings settings) =>
        node is { } given && given.Find("type")?.Text() == "BertNormalizer" && settings.SplitsAsBert
            ? NormalizerReader.ReadBert(given, settings)
            : NormalizerReader.Read(node);

    /// <summary>
    /// The configuration's <c>add_prefix_space</c> overrides that of a byte-level pre-tokenizer, whatever the tokenizer's class.
    /// </summary>
    private static IReadOnlyList<IPreTokenizer> ReadPreTokenizers(JsonField? node, TokenizerSettings settings) =>
        node is { } given && given.Find("type")?.Text() == "ByteLevel" && settings.Flag("add_prefix_space") is { } addPrefixSpace
            ? [PreTokenizerReader.ReadByteLevel(given, addPrefixSpace)]
            : PreTokenizerReader.Read(node);

    /// <summary>Llama's tokenizer goes by its configuration, where that says what begins and ends a text; null where it doesn't.</summary>
    private static PostProcessor? LlamaPostProcessor(TokenizerSettings settings, Func<string, int> idOf)
    {
        (bool? begins, bool? ends) = (settings.Flag("add_bos_token"), settings.Flag("add_eos_token"));
        if (settings.TokenizerClass != "LlamaTokenizer" || (begins is null && ends is null))
            return null;
        return PostProcessor.Llama(
            begins ?? true ? idOf(settings.Special[SpecialTokens.Begin] ?? "<s>") : null,
            ends ?? false ? idOf(settings.Special[SpecialTokens.End] ?? "</s>") : null);
    }

    private static bool TruncatesLeft(JsonField direction) => direction.Text() switch
    {
        "Left" => true,
        "Right" => false,
        _ => throw direction.Fault("it is neither Left nor Right"),
    };

    private static List<AddedToken> ReadAdded(JsonField root)
    {
        var tokens = new List<AddedToken>();
        foreach (JsonField item in root.Find("added_tokens")?.Items() ?? [])
            tokens.Add(AddedToken.Read(item, item.Get("id").Whole()));
        return tokens;
    }
}
