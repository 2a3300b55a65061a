namespace Microsoft.ML.Tokenizers;

/// <summary>SentencePiece's tokenizers: byte-pair encoding and unigram models.</summary>
public partial class SentencePieceTokenizer : Tokenizer
{
    private readonly SentencePieceModel _model;
    private readonly SpecialTokenFinder? _finder;
    private readonly Dictionary<int, string> _specialTokens = [];

    // An empty text has no normalized text and no beginning for one kind of model, but has for the other.
    private readonly bool _unigram;

    internal SentencePieceTokenizer(ModelProto model, bool addBeginning, bool addEnd, IReadOnlyDictionary<string, int>? specialTokens)
    {
        _unigram = model.Type == ModelProto.ModelType.Unigram;
        _model = _unigram ? new SentencePieceUnigramModel(model) : new SentencePieceBpeModel(model);
        BeginningOfSentenceToken = model.BeginPiece;
        BeginningOfSentenceId = Math.Max(0, model.BeginId);
        EndOfSentenceToken = model.EndPiece;
        EndOfSentenceId = Math.Max(0, model.EndId);
        UnknownToken = model.UnknownPiece;
        AddBeginningOfSentence = addBeginning;
        AddEndOfSentence = addEnd;
        AddDummyPrefix = model.AddDummyPrefix;
        EscapeWhiteSpaces = model.EscapeWhitespaces;
        TreatWhitespaceAsSuffix = model.TreatWhitespaceAsSuffix;
        ByteFallback = model.ByteFallback;
        SpecialTokens = specialTokens;
        Normalizer = new SentencePieceNormalizer(
            model.RemoveExtraWhitespaces, AddDummyPrefix, EscapeWhiteSpaces, TreatWhitespaceAsSuffix, specialTokens, _unigram, model.CharsMap);
        _finder = SpecialTokenFinder.For(specialTokens);
        foreach ((string token, int id) in specialTokens ?? new Dictionary<string, int>())
            _specialTokens[id] = token;
    }

    /// <inheritdoc/>
    public override Normalizer? Normalizer { get; }

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer => null;

    /// <summary>The tokens and their ids.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => _model.Vocabulary;

    /// <summary>Tokens besides the model's, which are found in the text as they are; null for none.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <summary>Whether <see cref="BeginningOfSentenceToken"/> is put before a text.</summary>
    public bool AddBeginningOfSentence { get; }

    /// <summary>Whether <see cref="EndOfSentenceToken"/> is put after a text.</summary>
    public bool AddEndOfSentence { get; }

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddDummyPrefix { get; }

    /// <summary>Whether a space is U+2581 in tokens.</summary>
    public bool EscapeWhiteSpaces { get; }

    /// <summary>Whether a space belongs to the word before it.</summary>
    public bool TreatWhitespaceAsSuffix { get; }

    /// <summary>Whether a character that is no token is encoded as its bytes.</summary>
    public bool ByteFallback { get; }

    /// <summary>The token before a text.</summary>
    public string BeginningOfSentenceToken { get; }

    /// <summary>The id of <see cref="BeginningOfSentenceToken"/>.</summary>
    public int BeginningOfSentenceId { get; }

    /// <summary>The token after a text.</summary>
    public string EndOfSentenceToken { get; }

    /// <summary>The id of <see cref="EndOfSentenceToken"/>.</summary>
    public int EndOfSentenceId { get; }

    /// <summary>The token of a character that isn't in the vocabulary.</summary>
    public string UnknownToken { get; }

    /// <summary>The id of <see cref="UnknownToken"/>.</summary>
    public int UnknownId => _model.UnknownId;

    /// <summary>A tokenizer with the model of a tokenizer.model stream, which is left open.</summary>
    public static SentencePieceTokenizer Create(
        Stream modelStream, bool addBeginningOfSentence = true, bool addEndOfSentence = false,
        IReadOnlyDictionary<string, int>? specialTokens = null)
    {
        ArgumentNullException.ThrowIfNull(modelStream);
        return new SentencePieceTokenizer(ModelProto.Read(modelStream), addBeginningOfSentence, addEndOfSentence, specialTokens);
    }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Tokens(text, textSpan, settings, new Ends(AddBeginningOfSentence, AddEndOfSentence));

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Ids(text, textSpan, settings, new Ends(AddBeginningOfSentence, AddEndOfSentence));

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Count(text, textSpan, settings, new Ends(AddBeginningOfSentence, AddEndOfSentence), out _, out _);

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount) =>
        Index(text, textSpan, settings, new Ends(AddBeginningOfSentence, AddEndOfSentence), fromEnd, out normalizedText, out tokenCount);

    /// <summary>Whether there is a token before a text and one after it.</summary>
    private readonly record struct Ends(bool Beginning, bool End);
}
