namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads a file's <c>model</c>.</summary>
internal static class ModelReader
{
    public static TokenModel Read(JsonField node)
    {
        string type = node.Find("type")?.Text() ?? Infer(node);
        return type switch
        {
            "WordPiece" => ReadWordPiece(node),
            "BPE" => ReadBpe(node),
            "Unigram" => ReadUnigram(node),
            _ => throw node.Get("type").Refuse($"the model {type} isn't understood"),
        };
    }

    /// <summary>Old files don't say which model they have.</summary>
    private static string Infer(JsonField node) =>
        node.Find("merges") is not null ? "BPE"
        : node.Find("vocab") is { Kind: JsonValueKind.Array } ? "Unigram"
        : node.Find("max_input_chars_per_word") is not null ? "WordPiece"
        : node.Get("type").Text();

    private static WordPieceModel ReadWordPiece(JsonField node)
    {
        Vocabulary vocabulary = Vocabulary.Read(node.Get("vocab"));
        JsonField unknown = node.Get("unk_token");
        int unknownId = vocabulary.IdOf(unknown.Text());
        if (unknownId < 0)
            throw unknown.Fault($"\"{unknown.Text()}\" isn't in the vocabulary");
        return new WordPieceModel(
            vocabulary, unknownId, node.Get("continuing_subword_prefix").Text(), node.Get("max_input_chars_per_word").Whole());
    }

    private static BpeModel ReadBpe(JsonField node)
    {
        if (node.Find("dropout") is { } dropout && dropout.Number() != 0)
            throw dropout.Refuse("dropout makes ids random, which isn't supported");
        var options = new BpeOptions
        {
            UnknownToken = node.Find("unk_token")?.Text(),
            FuseUnknown = node.Flag("fuse_unk", otherwise: false),
            ByteFallback = node.Flag("byte_fallback", otherwise: false),
            IgnoreMerges = node.Flag("ignore_merges", otherwise: false),
            ContinuationPrefix = node.Find("continuing_subword_prefix")?.Text() ?? "",
            EndOfWordSuffix = node.Find("end_of_word_suffix")?.Text() ?? "",
        };
        if (options.ByteFallback && options.ContinuationPrefix.Length + options.EndOfWordSuffix.Length > 0)
            throw node.Get("byte_fallback").Refuse("it isn't understood together with a prefix or a suffix of tokens");
        Vocabulary vocabulary = Vocabulary.Read(node.Get("vocab"));
        if (options.UnknownToken is { } unknown && vocabulary.IdOf(unknown) < 0)
            throw node.Get("unk_token").Fault($"\"{unknown}\" isn't in the vocabulary");
        if (options.ByteFallback)
            ByteTokens.Check(vocabulary, node.Get("byte_fallback").Refuse);
        return new BpeModel(vocabulary, MergesReader.Read(node.Get("merges"), vocabulary, options.ContinuationPrefix), options);
    }

    private static UnigramModel ReadUnigram(JsonField node)
    {
        var pieces = new List<KeyValuePair<string, int>>();
        var scores = new List<double>();
        foreach (JsonField item in node.Get("vocab").Items())
        {
            if (item.Items().ToArray() is not [var token, var score])
                throw item.Fault("it isn't a token with its score");
            pieces.Add(KeyValuePair.Create(token.Text(), pieces.Count));
            scores.Add(score.Number());
        }

        Vocabulary vocabulary = new Vocabulary(pieces, node.Get("vocab").Fault);
        JsonField? unknown = node.Find("unk_id");
        int unknownId = unknown?.Whole() ?? UnigramModel.NoUnknown;
        if (unknownId >= pieces.Count)
            throw node.Get("unk_id").Fault($"the vocabulary has {pieces.Count} tokens only");
        bool byteFallback = node.Flag("byte_fallback", otherwise: false);
        if (byteFallback)
            ByteTokens.Check(vocabulary, node.Get("byte_fallback").Refuse);
        return new UnigramModel(vocabulary, [.. scores], new PrefixIndex(pieces), unknownId, byteFallback, NoToken);

        Exception NoToken(string character) => new CheckpointFormatException(
            node.File, $"the text has {character}, which is no token, and there is no token for what is unknown",
            "Set unk_id to the id of a token for unknown characters, or take the character out of the text.", field: "model.unk_id");
    }
}
