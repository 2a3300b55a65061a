using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>CodeGen's tokenizer: GPT-2's byte-level encoding with tokens for runs of spaces and of tabs.</summary>
public partial class CodeGenTokenizer : Tokenizer
{
    private const string EndOfText = "<|endoftext|>";

    private readonly BpeEncoder _encoder;
    private readonly BpeDecoder _decoder;

    internal CodeGenTokenizer(
        Dictionary<string, int> vocabulary, IEnumerable<string> merges, bool addPrefixSpace, bool addBeginningOfSentence, bool addEndOfSentence)
    {
        Vocabulary = vocabulary;
        SpecialTokens = s_addedTokens;
        PreTokenizer = new RegexPreTokenizer(Pattern(), SpecialTokens);
        AddPrefixSpace = addPrefixSpace;
        AddBeginningOfSentence = addBeginningOfSentence;
        AddEndOfSentence = addEndOfSentence;
        int id = s_addedTokens[EndOfText];
        UnknownTokenId = BeginningOfSentenceId = EndOfSentenceId = id;
        var model = new BpeModel(vocabulary, merges, SpecialTokens, new BpeModel.Settings
        {
            ByteLevel = true,
            CoversPartOfCharacter = false,
            UnknownId = id,
        });
        _encoder = new BpeEncoder(model, addBeginningOfSentence ? id : null, addEndOfSentence ? id : null, addPrefixSpace);
        _decoder = new BpeDecoder(vocabulary, SpecialTokens, byteLevel: true, prefix: null, suffix: null, [id]);
    }

    /// <inheritdoc/>
    public override Normalizer? Normalizer => null;

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer { get; }

    /// <summary>The tokens and their ids, without the special ones that CodeGen adds.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>The special tokens and their ids.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <summary>Whether the text is encoded as if a space were before it.</summary>
    public bool AddPrefixSpace { get; }

    /// <summary>Whether <see cref="BeginningOfSentenceToken"/> is put before a text.</summary>
    public bool AddBeginningOfSentence { get; }

    /// <summary>Whether <see cref="EndOfSentenceToken"/> is put after a text.</summary>
    public bool AddEndOfSentence { get; }

    /// <summary>The token of what the vocabulary lacks.</summary>
    public string? UnknownToken => EndOfText;

    /// <summary>The id of <see cref="UnknownToken"/>.</summary>
    public int? UnknownTokenId { get; }

    /// <summary>The token that can be put before a text.</summary>
    public string? BeginningOfSentenceToken => EndOfText;

    /// <summary>The id of <see cref="BeginningOfSentenceToken"/>.</summary>
    public int? BeginningOfSentenceId { get; }

    /// <summary>The token that can be put after a text.</summary>
    public string? EndOfSentenceToken => EndOfText;

    /// <summary>The id of <see cref="EndOfSentenceToken"/>.</summary>
    public int? EndOfSentenceId { get; }

    /// <summary>A tokenizer with the vocabulary and merges of streams in GPT-2's format, which are left open.</summary>
    public static CodeGenTokenizer Create(
        Stream vocabStream, Stream mergesStream, bool addPrefixSpace = false, bool addBeginOfSentence = false, bool addEndOfSentence = false)
    {
        ArgumentNullException.ThrowIfNull(vocabStream);
        ArgumentNullException.ThrowIfNull(mergesStream);
        return new CodeGenTokenizer(
            VocabularyFiles.ReadVocabulary(vocabStream), VocabularyFiles.ReadMerges(mergesStream), addPrefixSpace, addBeginOfSentence,
            addEndOfSentence);
    }

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

    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, AddPrefixSpace, considerSpecialTokens: true);

    /// <summary>
    /// The text of ids, without its first space where <paramref name="hasPrefixSpace"/>; without special tokens unless
    /// <paramref name="considerSpecialTokens"/>.
    /// </summary>
    public string Decode(IEnumerable<int> ids, bool hasPrefixSpace, bool considerSpecialTokens) =>
        _decoder.Decode(ids, considerSpecialTokens, hasPrefixSpace);

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten) =>
        _decoder.Decode(ids, destination, considerSpecialTokens: true, out idsConsumed, out charsWritten, AddPrefixSpace);
}
