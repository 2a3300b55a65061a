namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// Reads a SentencePiece model as Hugging Face converts it to its own components, which is what its tokenizers run. Each
/// family arranges it in its own way, which the file doesn't say, so only known families are read.
/// </summary>
internal static class SentencePieceReader
{
    private const char Space = '\u2581';

    public static TokenizerParts Read(TokenizerFiles files, TokenizerSettings settings)
    {
        string name = files.SentencePieceName!;
        string family = settings.TokenizerClass ?? settings.ModelType ?? "";
        if (family is not ("XLMRobertaTokenizer" or "xlm-roberta" or "LlamaTokenizer" or "llama" or "mistral"))
            throw settings.Refuse(files, name);
        SentencePieceFile file = SentencePieceFile.Read(files.PathOf(name), files.Content[name]);
        bool isRoberta = family is "XLMRobertaTokenizer" or "xlm-roberta";
        SentencePieceFile.Algorithm expected = isRoberta ? SentencePieceFile.Algorithm.Unigram : SentencePieceFile.Algorithm.Bpe;
        if (file.Type != expected)
            throw file.Fault($"{family} goes with {expected}, and this is {file.Type}", "trainer_spec.model_type");
        if (file.Pieces.Count <= 3)
            throw file.Fault("it has no more than three pieces, which the family replaces", "pieces");
        return isRoberta ? XlmRoberta(file, settings) : Llama(file, settings);
    }

    /// <summary>
    /// The first three pieces make room for four of fairseq's, and the mask comes last: most ids are one more than the file's.
    /// </summary>
    private static TokenizerParts XlmRoberta(SentencePieceFile file, TokenizerSettings settings)
    {
        string[] first = ["<s>", "<pad>", "</s>", "<unk>"];
        string[] texts = [.. first, .. file.Pieces.Skip(3).Select(piece => piece.Text), "<mask>"];
        KeyValuePair<string, int>[] pieces = [.. texts.Select((text, id) => KeyValuePair.Create(text, id))];
        double[] scores = [.. first.Select(_ => 0.0), .. file.Pieces.Skip(3).Select(piece => (double)piece.Score), 0.0];
        Vocabulary vocabulary = new Vocabulary(pieces, reason => file.Fault(reason, "pieces"));
        var normalizers = new List<INormalizer>();
        if (file.CharsMap.Length > 0)
        {
            CharsMap? map = CharsMap.Read(file.CharsMap);
            normalizers.Add(new PrecompiledNormalizer(
                map ?? throw file.Fault("these aren't SentencePiece's rules", "normalizer_spec.precompiled_charsmap")));
        }

        normalizers.Add(new StripNormalizer(left: false, right: true));
        normalizers.Add(new ReplaceNormalizer(RegexPattern.Read(" {2,}", out _)!, Space.ToString()));
        return new TokenizerParts
        {
            Model = new UnigramModel(vocabulary, scores, new PrefixIndex(pieces), unknownId: 3, byteFallback: false),
            Normalizers = normalizers,
            PreTokenizers = [new MetaspacePreTokenizer(Space, PrependScheme.Always, split: true)],
            PostProcessor = PostProcessor.Roberta(first: 0, separator: 2),
            Decoders = [new MetaspaceDecoder(Space, dropsFirst: true)],
            AddedTokens = Listed(file, vocabulary),
            Special = settings.Special.OrRoberta(),
        };
    }

    private static TokenizerParts Llama(SentencePieceFile file, TokenizerSettings settings)
    {
        KeyValuePair<string, int>[] pieces = [.. file.Pieces.Select((piece, id) => KeyValuePair.Create(piece.Text, id))];
        Vocabulary vocabulary = new Vocabulary(pieces, reason => file.Fault(reason, "pieces"));
        ByteTokens.Check(vocabulary, reason => file.Fault(reason, "pieces"));
        if (vocabulary.IdOf(file.UnknownPiece) < 0)
            throw file.Fault($"\"{file.UnknownPiece}\" isn't among the pieces", "trainer_spec.unk_piece");
        var options = new BpeOptions { UnknownToken = file.UnknownPiece, FuseUnknown = true, ByteFallback = true };
        bool isLegacy = settings.Flag("legacy") ?? true;
        var toSpace = new ReplaceNormalizer(new LiteralPattern(Space.ToString()), " ");
        return new TokenizerParts
        {
            Model = new BpeModel(vocabulary, Merges(file, vocabulary), options),
            Normalizers = isLegacy
                ? [new PrependNormalizer(Space.ToString()), new ReplaceNormalizer(new LiteralPattern(" "), Space.ToString())]
                : [],
            PreTokenizers = isLegacy ? [] : [new MetaspacePreTokenizer(Space, PrependScheme.First, split: false)],
            // A beginning unless the configuration says no, an end only where it says yes.
            PostProcessor = PostProcessor.Llama(
                settings.Flag("add_bos_token") ?? true ? 1 : null, settings.Flag("add_eos_token") ?? false ? 2 : null),
            Decoders =
                [new ReplaceDecoder(toSpace), new ByteFallbackDecoder(), new FuseDecoder(), new StripDecoder(' ', start: 1, stop: 0)],
            AddedTokens = Listed(file, vocabulary),
            Special = settings.Special.Or(
                (SpecialTokens.Begin, "<s>"), (SpecialTokens.End, "</s>"), (SpecialTokens.Unknown, file.UnknownPiece)),
        };
    }

    /// <summary>Control pieces and those that a user defined are looked for in the text itself.</summary>
    private static AddedToken[] Listed(SentencePieceFile file, Vocabulary vocabulary) =>
    [
        .. from piece in file.Pieces
           where piece.Kind is SentencePieceFile.PieceKind.Control or SentencePieceFile.PieceKind.UserDefined
           let id = vocabulary.IdOf(piece.Text)
           where id >= 0
           select new AddedToken(id, piece.Text) { Special = piece.Kind == SentencePieceFile.PieceKind.Control },
    ];

    private static BpeMerges Merges(SentencePieceFile file, Vocabulary vocabulary)
    {
        var merges = new BpeMerges(file.Pieces.Count);
        int rank = 0;
        IEnumerable<(int, int, int)> best = SentencePieceMerges.Of([.. file.Pieces.Select(piece => (piece.Text, piece.Score))], vocabulary);
        foreach ((int left, int right, int id) in best)
            merges.Add(rank++, left, right, id);
        return merges;
    }
}
