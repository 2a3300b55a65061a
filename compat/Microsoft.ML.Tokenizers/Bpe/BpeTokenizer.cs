namespace Microsoft.ML.Tokenizers;

/// <summary>Byte-pair encoding: the symbols of a word, characters or bytes, are joined in the order of a list of merges.</summary>
public sealed partial class BpeTokenizer : Tokenizer
{
    private readonly BpeEncoder _encoder;
    private readonly BpeDecoder _decoder;

    private BpeTokenizer(BpeOptions options)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, int id) in options.Vocabulary)
            vocabulary[token] = id;
        if (vocabulary.Count == 0)
            throw new InvalidOperationException("The vocabulary cannot be empty.");
        int? unknownId = null;
        if (options.UnknownToken is not null)
        {
            unknownId = vocabulary.TryGetValue(options.UnknownToken, out int id)
                ? id
                : throw new InvalidOperationException($"Unknown Token '{options.UnknownToken}' was not present in 'Vocabulary'.");
        }

        Vocabulary = vocabulary;
        SpecialTokens = options.SpecialTokens;
        Normalizer = options.Normalizer;
        PreTokenizer = options.PreTokenizer ?? PreTokenizer.CreateWordOrNonWord(options.SpecialTokens);
        ByteLevel = options.ByteLevel;
        UnknownToken = options.UnknownToken;
        FuseUnknownTokens = options.FuseUnknownTokens;
        ContinuingSubwordPrefix = options.ContinuingSubwordPrefix;
        EndOfWordSuffix = options.EndOfWordSuffix;
        BeginningOfSentenceToken = options.BeginningOfSentenceToken;

        var model = new BpeModel(vocabulary, options.Merges, SpecialTokens, new BpeModel.Settings
        {
            ByteLevel = ByteLevel,
            UnknownId = unknownId,
            FuseUnknown = FuseUnknownTokens,
            ContinuingSubwordPrefix = ContinuingSubwordPrefix ?? "",
            EndOfWordSuffix = EndOfWordSuffix ?? "",
        });
        // A beginning or an end that the vocabulary lacks is id 0: the library that this stands in for doesn't check it.
        int? begin = BeginningOfSentenceToken is null ? null : vocabulary.GetValueOrDefault(BeginningOfSentenceToken);
        int? end = options.EndOfSentenceToken is null ? null : vocabulary.GetValueOrDefault(options.EndOfSentenceToken);
        _decoder = new BpeDecoder(vocabulary, SpecialTokens, ByteLevel, ContinuingSubwordPrefix, EndOfWordSuffix, [unknownId, begin, end]);
        _encoder = new BpeEncoder(model, begin, end);
    }

    /// <inheritdoc/>
    public override Normalizer? Normalizer { get; }

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer { get; }

    /// <summary>The tokens and their ids.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>The special tokens and their ids; null for none.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <summary>Whether symbols are the bytes of the text in GPT-2's alphabet, else its characters.</summary>
    public bool ByteLevel { get; }

    /// <summary>The token of a symbol that isn't in the vocabulary; null where it is left out.</summary>
    public string? UnknownToken { get; }

    /// <summary>Whether neighbouring unknown symbols are one token.</summary>
    public bool FuseUnknownTokens { get; }

    /// <summary>What begins a token that continues a word; null for nothing.</summary>
    public string? ContinuingSubwordPrefix { get; }

    /// <summary>What ends a token that ends a word; null for nothing.</summary>
    public string? EndOfWordSuffix { get; }

    /// <summary>The token put before a text; null for none.</summary>
    public string? BeginningOfSentenceToken { get; }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        _encoder.EncodeToTokens(this, _decoder, text, textSpan, settings);

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        _encoder.EncodeToIds(this, text, textSpan, settings);

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        _encoder.CountTokens(this, text, textSpan, settings);

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount) =>
        _encoder.GetIndexByTokenCount(this, text, textSpan, settings, fromEnd, out normalizedText, out tokenCount);
}
