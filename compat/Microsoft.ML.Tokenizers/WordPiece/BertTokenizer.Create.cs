namespace Microsoft.ML.Tokenizers;

/// <content>Creation from a vocabulary: a token a line, whose number from 0 is its id.</content>
public sealed partial class BertTokenizer
{
    /// <summary>A tokenizer with the vocabulary of a file.</summary>
    public static BertTokenizer Create(string vocabFilePath, BertOptions? options = null) =>
        Create(ReadFile(vocabFilePath), options);

    /// <summary>A tokenizer with the vocabulary of a stream, which is left open.</summary>
    public static BertTokenizer Create(Stream vocabStream, BertOptions? options = null) =>
        Create(ReadVocabulary(vocabStream), options);

    /// <summary>A tokenizer with the vocabulary of a file.</summary>
    public static async Task<BertTokenizer> CreateAsync(
        string vocabFilePath, BertOptions? options = null, CancellationToken cancellationToken = default) =>
        Create(await ReadFileAsync(vocabFilePath, cancellationToken).ConfigureAwait(false), options);

    /// <summary>A tokenizer with the vocabulary of a stream, which is left open.</summary>
    public static async Task<BertTokenizer> CreateAsync(
        Stream vocabStream, BertOptions? options = null, CancellationToken cancellationToken = default) =>
        Create(await ReadVocabularyAsync(vocabStream, cancellationToken).ConfigureAwait(false), options);

    private static BertTokenizer Create(Dictionary<string, int> vocabulary, BertOptions? options)
    {
        options ??= new BertOptions();
        bool lowerCase = options.ApplyBasicTokenization && options.LowerCaseBeforeTokenization;
        IReadOnlyDictionary<string, int>? specialTokens = null, inText = null;
        if (options.SplitOnSpecialTokens)
        {
            specialTokens = options.SpecialTokens ?? SpecialTokensOf(vocabulary, options);
            inText = lowerCase ? LowerCase(specialTokens) : specialTokens;
        }

        Normalizer? normalizer = options.Normalizer;
        PreTokenizer? preTokenizer = options.PreTokenizer;
        if (options.ApplyBasicTokenization)
        {
            normalizer ??= new BertNormalizer(lowerCase, options.IndividuallyTokenizeCjk, options.RemoveNonSpacingMarks);
            preTokenizer ??= PreTokenizer.CreateWordOrPunctuation(inText);
        }

        return new BertTokenizer(vocabulary, options, preTokenizer ?? PreTokenizer.CreateWhiteSpace(), normalizer, specialTokens, inText);
    }

    private static Dictionary<string, int> SpecialTokensOf(Dictionary<string, int> vocabulary, BertOptions options)
    {
        string[] tokens = [options.UnknownToken, options.SeparatorToken, options.PaddingToken, options.ClassificationToken, options.MaskingToken];
        return tokens.Distinct().ToDictionary(token => token, token => IdOf(vocabulary, token));
    }

    // The text is lower-cased before it is split, so that is how its special tokens look.
    private static Dictionary<string, int> LowerCase(IReadOnlyDictionary<string, int> tokens)
    {
        var lower = new Dictionary<string, int>();
        foreach ((string token, int id) in tokens)
            lower[token.ToLowerInvariant()] = id;
        return lower;
    }
}
