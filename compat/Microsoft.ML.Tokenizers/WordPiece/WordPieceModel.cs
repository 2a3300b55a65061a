namespace Microsoft.ML.Tokenizers;

/// <summary>Splits a word into the longest tokens of a vocabulary, from left to right.</summary>
internal sealed class WordPieceModel
{
    private readonly SpanMap _starts;
    private readonly SpanMap _continuations;
    private readonly IReadOnlyDictionary<string, int>? _specialTokens;
    private readonly int _unknownId;
    private readonly int _maxWordLength;
    private readonly WordCache<Word> _cache = new();

    public WordPieceModel(
        IReadOnlyDictionary<string, int> vocabulary, string continuationPrefix,
        IReadOnlyDictionary<string, int>? specialTokens, int unknownId, int maxWordLength)
    {
        _starts = new SpanMap(vocabulary);
        _continuations = new SpanMap(vocabulary
            .Where(token => token.Key.StartsWith(continuationPrefix, StringComparison.Ordinal) && token.Key.Length > continuationPrefix.Length)
            .Select(token => KeyValuePair.Create(token.Key[continuationPrefix.Length..], token.Value))
            .ToList());
        _specialTokens = specialTokens;
        _unknownId = unknownId;
        _maxWordLength = maxWordLength;
    }

    /// <summary>Encodes a word, which is not empty.</summary>
    public Word Encode(ReadOnlySpan<char> text)
    {
        if (_cache.Find(text, out uint hash) is { } known)
            return known;
        Word word = Split(text);
        _cache.Add(text, hash, word);
        return word;
    }

    private Word Split(ReadOnlySpan<char> text)
    {
        if (_specialTokens is not null && _specialTokens.TryGetValue(text.ToString(), out int special))
            return new Word([new Piece(special, 0, text.Length)], 1);
        Piece[] unknown = [new Piece(_unknownId, 0, text.Length)];
        if (text.Length > _maxWordLength)
            return new Word(unknown, 0);
        var pieces = new List<Piece>();
        for (int start = 0; start < text.Length;)
        {
            SpanMap tokens = start == 0 ? _starts : _continuations;
            int length = Math.Min(text.Length - start, tokens.MaxKeyLength);
            int id = 0;
            while (length > 0 && !tokens.TryGetValue(text.Slice(start, length), out id))
                length--;
            if (length == 0)
                return new Word(unknown, pieces.Count);
            pieces.Add(new Piece(id, start, start + length));
            start += length;
        }

        return new Word([.. pieces], pieces.Count);
    }

    /// <summary>
    /// An encoded word. <paramref name="Room"/> is how many tokens must fit for it to be taken: of a word that turns out to be
    /// unknown those found until then, which can be none, because the library that this stands in for gives up as it goes.
    /// </summary>
    public sealed record Word(Piece[] Pieces, int Room);
}
