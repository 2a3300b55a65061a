namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Reads a model's tokenizer from the best of the files that it has.</summary>
internal static class TokenizerReader
{
    /// <param name="file">The name of the one that has the vocabulary.</param>
    /// <exception cref="CheckpointFormatException">A file is damaged, or something in it isn't understood.</exception>
    public static TokenizerParts Read(TokenizerFiles files, out string file)
    {
        var settings = new TokenizerSettings(files);
        file = files.Has(TokenizerFiles.TokenizerJson) ? TokenizerFiles.TokenizerJson
            : files.Has(TokenizerFiles.VocabTxt) ? TokenizerFiles.VocabTxt
            : files.Has(TokenizerFiles.VocabJson) ? TokenizerFiles.VocabJson
            : files.SentencePieceName ?? throw new CheckpointFormatException(
                files.Source, "there is no tokenizer among the files", "Take the tokenizer's files from the model's repository as well.");
        TokenizerParts parts = file switch
        {
            TokenizerFiles.TokenizerJson => TokenizerJsonReader.Read(files, settings),
            TokenizerFiles.VocabTxt => VocabTxtReader.Read(files, settings),
            TokenizerFiles.VocabJson => VocabMergesReader.Read(files, settings),
            _ => SentencePieceReader.Read(files, settings),
        };
        if (!settings.HasTypes)
            parts = parts with { PostProcessor = parts.PostProcessor.WithoutTypes() };
        // The configuration's word counts, where it has one: on the length, the side that is cut, and a token.
        parts = parts with
        {
            MaxLength = settings.SaysMaxLength ? settings.MaxLength : parts.MaxLength,
            TruncatesLeft = settings.TruncatesLeft ?? parts.TruncatesLeft,
        };
        HashSet<string> listed = [.. settings.AddedTokens.Select(token => token.Content)];
        return parts with { AddedTokens = [.. parts.AddedTokens.Where(token => !listed.Contains(token.Content)), .. settings.AddedTokens] };
    }
}
