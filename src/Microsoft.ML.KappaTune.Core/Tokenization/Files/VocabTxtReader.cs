namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads <c>vocab.txt</c>, BERT's vocabulary: a token a line, whose number is its id.</summary>
internal static class VocabTxtReader
{
    private const int LongestWord = 100;

    private static readonly string[] Classes =
        ["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "ConvBertTokenizer"];

    private static readonly string[] Families = ["bert", "distilbert", "electra", "mobilebert", "convbert"];

    public static TokenizerParts Read(TokenizerFiles files, TokenizerSettings settings)
    {
        bool isBert = settings.TokenizerClass is { } given
            ? Classes.Contains(given)
            : settings.ModelType is not { } type || Families.Contains(type);
        if (!isBert)
            throw settings.Refuse(files, TokenizerFiles.VocabTxt);

        Vocabulary vocabulary = ReadVocabulary(files);
        SpecialTokens special = settings.Special.Or(
            (SpecialTokens.Unknown, "[UNK]"), (SpecialTokens.Separator, "[SEP]"), (SpecialTokens.Pad, "[PAD]"),
            (SpecialTokens.Classification, "[CLS]"), (SpecialTokens.Mask, "[MASK]"));
        int Id(string role) => vocabulary.IdOf(special[role]) is var id and >= 0
            ? id
            : throw Fault(files, $"the {role} \"{special[role]}\" isn't in the vocabulary");
        return new TokenizerParts
        {
            Model = new WordPieceModel(vocabulary, Id(SpecialTokens.Unknown), "##", LongestWord),
            Normalizers = [.. NormalizerReader.Bert(
                cleanText: true,
                settings.Flag("tokenize_chinese_chars") ?? true,
                settings.Flag("strip_accents"),
                settings.Flag("do_lower_case") ?? true)],
            PreTokenizers = [new BertPreTokenizer()],
            PostProcessor = PostProcessor.Bert(Id(SpecialTokens.Classification), Id(SpecialTokens.Separator)),
            Decoders = [new WordPieceDecoder("##", cleanUp: true)],
            Special = special,
        };
    }

    private static Vocabulary ReadVocabulary(TokenizerFiles files)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] lines = TextLines.Read(files, TokenizerFiles.VocabTxt);
        for (int id = 0; id < lines.Length; id++)
        {
            // Of a token that is there twice the later id counts, as in Hugging Face's reader.
            ids[lines[id]] = id;
        }

        return new Vocabulary(ids, reason => Fault(files, reason));
    }

    private static CheckpointFormatException Fault(TokenizerFiles files, string reason) =>
        new(files.PathOf(TokenizerFiles.VocabTxt), reason, IO.JsonFile.Remedy);
}
