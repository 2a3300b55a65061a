namespace Microsoft.ML.Tokenizers;

/// <summary>Encodes normalized text with a SentencePiece vocabulary.</summary>
internal abstract class SentencePieceModel
{
    private readonly WordCache<Piece[]> _cache = new();
    private readonly bool _wordsAreIndependent;

    protected SentencePieceModel(ModelProto proto)
    {
        UnknownId = proto.UnknownId;
        UnknownPiece = proto.UnknownPiece;
        ByteFallback = proto.ByteFallback;
        // Where no token has a space after another character, no token reaches from one word into the next.
        _wordsAreIndependent = proto.Pieces.TrueForAll(piece =>
            piece.Text.AsSpan().TrimStart(SentencePieceNormalizer.EscapedSpace).IndexOf(SentencePieceNormalizer.EscapedSpace) < 0);
    }

    public int UnknownId { get; }

    /// <summary>The tokens and their ids.</summary>
    public abstract IReadOnlyDictionary<string, int> Vocabulary { get; }

    protected string UnknownPiece { get; }

    protected bool ByteFallback { get; }

    /// <summary>The text of a token as it is shown; <paramref name="covered"/> is the text it was made from.</summary>
    public abstract string TokenOf(int id, ReadOnlySpan<char> covered);

    /// <summary>The text of a token; null for an id that has none.</summary>
    public abstract string? PieceOf(int id);

    /// <summary>Whether a token is one byte of a character.</summary>
    public abstract bool TryGetByte(int id, out byte value);

    /// <summary>
    /// Adds the pieces of a text that stands at <paramref name="offset"/>. A character that is no token is one unknown piece, or one
    /// for each byte; of those the first covers the character and the others nothing.
    /// </summary>
    public void Encode(ReadOnlySpan<char> text, int offset, PieceBuffer buffer)
    {
        while (text.Length > 0)
        {
            int length = _wordsAreIndependent ? FirstWord(text) : text.Length;
            ReadOnlySpan<char> word = text[..length];
            Piece[]? pieces = _cache.Find(word, out uint hash);
            if (pieces is null)
            {
                pieces = Split(word);
                _cache.Add(word, hash, pieces);
            }

            buffer.Add(pieces, offset);
            offset += length;
            text = text[length..];
        }
    }

    protected abstract Piece[] Split(ReadOnlySpan<char> word);

    private static int FirstWord(ReadOnlySpan<char> text)
    {
        int begin = text.IndexOfAnyExcept(SentencePieceNormalizer.EscapedSpace);
        int length = begin < 0 ? -1 : text[begin..].IndexOf(SentencePieceNormalizer.EscapedSpace);
        return length < 0 ? text.Length : begin + length;
    }
}
