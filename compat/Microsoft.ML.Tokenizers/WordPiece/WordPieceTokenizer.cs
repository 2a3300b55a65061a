using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Encodes each word as the longest tokens of the vocabulary that make it up, from left to right.</summary>
public partial class WordPieceTokenizer : Tokenizer
{
    private readonly WordPieceModel _model;
    private readonly Dictionary<int, string> _tokens;
    private readonly HashSet<int> _specialIds;

    internal WordPieceTokenizer(
        Dictionary<string, int> vocabulary, WordPieceOptions options, PreTokenizer? preTokenizer, Normalizer? normalizer,
        IReadOnlyDictionary<string, int>? specialTokens, IReadOnlyDictionary<string, int>? specialTokensInText)
    {
        if (options.MaxInputCharsPerWord <= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(MaxInputCharsPerWord), "The maximum number of characters per word must be greater than zero.");
        }

        UnknownToken = options.UnknownToken;
        UnknownTokenId = IdOf(vocabulary, UnknownToken);
        ContinuingSubwordPrefix = options.ContinuingSubwordPrefix;
        MaxInputCharsPerWord = options.MaxInputCharsPerWord;
        SpecialTokens = specialTokens;
        PreTokenizer = preTokenizer;
        Normalizer = normalizer;
        _model = new WordPieceModel(vocabulary, ContinuingSubwordPrefix, specialTokensInText, UnknownTokenId, MaxInputCharsPerWord);
        _tokens = vocabulary.ToDictionary(token => token.Value, token => token.Key);
        _specialIds = [.. specialTokens?.Values ?? []];
        foreach ((string token, int id) in specialTokens ?? new Dictionary<string, int>())
            _tokens.TryAdd(id, token);
    }

    /// <inheritdoc/>
    public override Normalizer? Normalizer { get; }

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer { get; }

    /// <summary>The special tokens and their ids; null for none.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <summary>The token of a word that the vocabulary can't make up.</summary>
    public string UnknownToken { get; }

    /// <summary>The id of <see cref="UnknownToken"/>.</summary>
    public int UnknownTokenId { get; }

    /// <summary>What begins a token that continues a word.</summary>
    public string ContinuingSubwordPrefix { get; }

    /// <summary>A longer word, in UTF-16 units, is unknown.</summary>
    public int MaxInputCharsPerWord { get; }

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        PieceBuffer buffer = PieceBuffer.Rent();
        int consumed = Encode(text, textSpan, settings, buffer, out string? normalizedText);
        var tokens = new List<EncodedToken>(buffer.Count);
        foreach (Piece piece in buffer.Pieces)
            tokens.Add(new EncodedToken(piece.Id, _tokens[piece.Id], piece.Start..piece.End));
        buffer.Return();
        return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = normalizedText, CharsConsumed = consumed };
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        PieceBuffer buffer = PieceBuffer.Rent();
        int consumed = Encode(text, textSpan, settings, buffer, out string? normalizedText);
        List<int> ids = buffer.Ids();
        buffer.Return();
        return new EncodeResults<int> { Tokens = ids, NormalizedText = normalizedText, CharsConsumed = consumed };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        PieceBuffer buffer = PieceBuffer.Rent();
        Encode(text, textSpan, settings, buffer, out _);
        int count = buffer.Count;
        buffer.Return();
        return count;
    }

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        int max = settings.MaxTokenCount;
        PieceBuffer buffer = PieceBuffer.Rent();
        ReadOnlySpan<char> words = TextSplitter.Normalize(ref text, textSpan, settings.ConsiderNormalization ? Normalizer : null, out normalizedText);
        List<(int Offset, int Length)> splits = buffer.Split(text, words, settings.ConsiderPreTokenization ? PreTokenizer : null);
        if (fromEnd)
            splits.Reverse();

        int index = fromEnd ? 0 : words.Length;
        tokenCount = 0;
        foreach ((int offset, int length) in splits)
        {
            int begin = fromEnd ? offset + length : offset;
            int end = fromEnd ? offset : offset + length;
            WordPieceModel.Word word = _model.Encode(words.Slice(offset, length));
            if (word.Room > max - tokenCount)
            {
                index = begin;
                break;
            }

            tokenCount += word.Pieces.Length;
            if (word.Pieces.Length >= max)
            {
                index = end;
                break;
            }
        }

        buffer.Return();
        return index;
    }

    /// <summary>The id of a token that the vocabulary must have.</summary>
    internal static int IdOf(Dictionary<string, int> vocabulary, string token) => vocabulary.TryGetValue(token, out int id)
        ? id
        : throw new ArgumentException($"The special token '{token}' is not in the vocabulary.");

    // Encodes whole words while they fit. The last word's characters count as consumed only where it leaves room.
    private int Encode(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, PieceBuffer buffer, out string? normalizedText)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        if (textSpan.IsEmpty)
        {
            normalizedText = null;
            return 0;
        }

        ReadOnlySpan<char> words = TextSplitter.Normalize(ref text, textSpan, settings.ConsiderNormalization ? Normalizer : null, out normalizedText);
        int consumed = 0;
        foreach ((int offset, int length) in buffer.Split(text, words, settings.ConsiderPreTokenization ? PreTokenizer : null))
        {
            WordPieceModel.Word word = _model.Encode(words.Slice(offset, length));
            if (word.Room > settings.MaxTokenCount - buffer.Count)
                break;
            buffer.Add(word.Pieces, offset);
            if (buffer.Count >= settings.MaxTokenCount)
                break;
            consumed = offset + length;
        }

        return consumed;
    }
}
