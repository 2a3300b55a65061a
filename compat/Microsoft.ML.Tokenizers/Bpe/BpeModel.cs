using System.Buffers;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>Byte-pair encoding by a list of merges: the symbols of a word are joined in the order of the list.</summary>
internal sealed class BpeModel
{
    private readonly SpanMap _vocabulary;
    private readonly SpanMap? _specialTokens;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];
    private readonly Settings _settings;
    private readonly WordCache<Piece[]> _cache = new();

    public BpeModel(
        IReadOnlyDictionary<string, int> vocabulary, IEnumerable<string>? merges, IReadOnlyDictionary<string, int>? specialTokens, Settings settings)
    {
        _vocabulary = new SpanMap(vocabulary);
        _specialTokens = specialTokens is null ? null : new SpanMap(specialTokens);
        _settings = settings;
        int rank = 0;
        foreach (string merge in merges ?? [])
            AddMerge(vocabulary, merge, rank++);
    }

    /// <summary>The pieces of a word; none where no symbol of it is a token and there is no unknown one.</summary>
    public ReadOnlySpan<Piece> Encode(ReadOnlySpan<char> word)
    {
        if (_cache.Find(word, out uint hash) is { } known)
            return known;
        Piece[] pieces = _specialTokens is not null && _specialTokens.TryGetValue(word, out int special)
            ? [new Piece(special, 0, word.Length)]
            : _settings.ByteLevel ? EncodeBytes(word) : EncodeCharacters(word);
        _cache.Add(word, hash, pieces);
        return pieces;
    }

    private Piece[] EncodeBytes(ReadOnlySpan<char> word)
    {
        int most = checked(word.Length * 3);
        char[] letters = ArrayPool<char>.Shared.Rent(most);
        int[] positions = ArrayPool<int>.Shared.Rent(most + 1);
        int count = ByteLevel.Write(word, letters, positions);
        Piece[] pieces = EncodeCharacters(letters.AsSpan(0, count));
        for (int i = 0; i < pieces.Length; i++)
        {
            // From bytes to characters: a token's first byte, and its last, belong to a character that it covers as a whole,
            // or else only characters that are complete count.
            Piece piece = pieces[i];
            int end = _settings.CoversPartOfCharacter ? positions[piece.End - 1] + 1 : positions[piece.End];
            pieces[i] = piece with { Start = positions[piece.Start], End = end };
        }

        ArrayPool<char>.Shared.Return(letters);
        ArrayPool<int>.Shared.Return(positions);
        return pieces;
    }

    // A character that is no token disappears, and what follows it moves up: offsets don't count it.
    private Piece[] EncodeCharacters(ReadOnlySpan<char> word)
    {
        Merger merger = Merger.Rent();
        bool afterUnknown = false;
        for (int start = 0; start < word.Length;)
        {
            Rune.DecodeFromUtf16(word[start..], out _, out int length);
            bool last = start + length == word.Length;
            if (TryGetSymbol(word.Slice(start, length), start == 0, last, out int id))
            {
                merger.Add(id, length);
                afterUnknown = false;
            }
            else if (_settings.UnknownId is { } unknown)
            {
                if (afterUnknown && _settings.FuseUnknown)
                    merger.Extend(length);
                else
                    merger.Add(unknown, length);
                afterUnknown = true;
            }

            start += length;
        }

        merger.Merge(word, new ListedMerges(_merges));
        var pieces = new List<Piece>();
        for (int index = 0; merger.TryNext(ref index, out Piece piece);)
            pieces.Add(piece);
        merger.Return();
        return [.. pieces];
    }

    private bool TryGetSymbol(ReadOnlySpan<char> symbol, bool first, bool last, out int id)
    {
        string prefix = first ? "" : _settings.ContinuingSubwordPrefix;
        string suffix = last ? _settings.EndOfWordSuffix : "";
        return prefix.Length + suffix.Length == 0
            ? _vocabulary.TryGetValue(symbol, out id)
            : _vocabulary.TryGetValue(string.Concat(prefix, symbol, suffix), out id);
    }

    private void AddMerge(IReadOnlyDictionary<string, int> vocabulary, string merge, int rank)
    {
        int space = merge.IndexOf(' ');
        if (space < 0 || space == merge.Length - 1 || merge.IndexOf(' ', space + 1) >= 0)
            throw new InvalidOperationException("Invalid merger file format");
        string left = merge[..space], right = merge[(space + 1)..];
        string prefix = _settings.ContinuingSubwordPrefix;
        string continuation = prefix.Length > 0 && right.StartsWith(prefix, StringComparison.Ordinal) ? right[prefix.Length..] : right;
        _merges[(IdOf(left), IdOf(right))] = (rank, IdOf(left + continuation));

        int IdOf(string token) => vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new InvalidOperationException($"Trying to merge a token '{token}' which not exist in the vocabulary.");
    }

    /// <summary>How words become symbols.</summary>
    public sealed record Settings
    {
        /// <summary>Whether symbols are the bytes of the text, else its characters.</summary>
        public bool ByteLevel { get; init; }

        /// <summary>Whether a token that is part of a character covers it; else only the token that completes it does.</summary>
        public bool CoversPartOfCharacter { get; init; } = true;

        /// <summary>The id of symbols that aren't in the vocabulary; null to leave them out.</summary>
        public int? UnknownId { get; init; }

        /// <summary>Whether neighbouring unknown symbols are one token.</summary>
        public bool FuseUnknown { get; init; }

        public string ContinuingSubwordPrefix { get; init; } = "";

        public string EndOfWordSuffix { get; init; } = "";
    }

    private readonly struct ListedMerges(Dictionary<(int Left, int Right), (int Rank, int Id)> merges) : IMergeRule
    {
        public bool TryMerge(ReadOnlySpan<char> joined, int left, int right, out int rank, out int id)
        {
            bool found = merges.TryGetValue((left, right), out (int Rank, int Id) merge);
            (rank, id) = merge;
            return found;
        }
    }
}
