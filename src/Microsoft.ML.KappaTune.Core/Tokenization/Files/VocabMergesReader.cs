namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads <c>vocab.json</c> and <c>merges.txt</c>, the byte-level BPE of GPT-2 and RoBERTa.</summary>
internal static class VocabMergesReader
{
    private static readonly string[] RobertaClasses = ["RobertaTokenizer", "LongformerTokenizer"];
    private static readonly string[] RobertaFamilies = ["roberta", "longformer"];

    public static TokenizerParts Read(TokenizerFiles files, TokenizerSettings settings)
    {
        bool isRoberta = settings.TokenizerClass is { } given
            ? RobertaClasses.Contains(given)
            : RobertaFamilies.Contains(settings.ModelType);
        bool isGpt2 = settings.TokenizerClass is { } other ? other == "GPT2Tokenizer" : settings.ModelType == "gpt2";
        if (!isRoberta && !isGpt2)
            throw settings.Refuse(files, TokenizerFiles.VocabJson);
        if (!files.Has(TokenizerFiles.MergesTxt))
        {
            throw new CheckpointFormatException(
                files.PathOf(TokenizerFiles.MergesTxt),
                "it is missing",
                $"{TokenizerFiles.VocabJson} needs it: take it from the model's repository as well.");
        }

        JsonField root = JsonField.Parse(files.PathOf(TokenizerFiles.VocabJson), files.Content[TokenizerFiles.VocabJson]);
        Vocabulary vocabulary = Vocabulary.Read(root);
        BpeMerges merges = MergesReader.Read(TextLines.Read(files, TokenizerFiles.MergesTxt), vocabulary, line => reason =>
            new CheckpointFormatException(files.PathOf(TokenizerFiles.MergesTxt), reason, JsonFile.Remedy, field: $"line {line + 1}"));
        SpecialTokens special = isRoberta ? settings.Special.OrRoberta() : Gpt2(settings.Special);
        bool addPrefixSpace = settings.Flag("add_prefix_space") ?? false;
        int Id(string role) => vocabulary.IdOf(special[role]) is var id and >= 0
            ? id
            : throw root.Fault($"the {role} \"{special[role]}\" isn't in the vocabulary");
        return new TokenizerParts
        {
            Model = new BpeModel(vocabulary, merges, new BpeOptions()),
            PreTokenizers = [new ByteLevelPreTokenizer(addPrefixSpace, splitWords: true)],
            PostProcessor = isRoberta ? PostProcessor.Roberta(Id(SpecialTokens.Classification), Id(SpecialTokens.Separator))
                : settings.Flag("add_bos_token") ?? false ? Begins(Id(SpecialTokens.Begin))
                : PostProcessor.None,
            Decoders = [new ByteLevelDecoder()],
            Special = special,
        };
    }

    /// <summary>A token before the first text.</summary>
    private static PostProcessor Begins(int id) => new(
        [TemplatePart.Special(id), TemplatePart.First()],
        [TemplatePart.Special(id), TemplatePart.First(), TemplatePart.Second(1)]);

    private static SpecialTokens Gpt2(SpecialTokens given)
    {
        const string Only = "<|endoftext|>";
        return given.Or((SpecialTokens.Begin, Only), (SpecialTokens.End, Only), (SpecialTokens.Unknown, Only));
    }
}
