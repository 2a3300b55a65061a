using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>Finds the tokens of the highest total score that make up a word (Viterbi's algorithm over a trie of the tokens).</summary>
internal sealed class SentencePieceUnigramModel : SentencePieceModel
{
    // How much worse than the worst token an unknown character is.
    private const float UnknownPenalty = 10;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly string?[] _pieces;
    private readonly float[] _scores;
    private readonly CharTrie _trie = new();
    private readonly float _unknownScore;
    private readonly HashSet<int> _byteIds = [];
    private readonly int _firstByteId;

    public SentencePieceUnigramModel(ModelProto proto)
        : base(proto)
    {
        _pieces = new string?[proto.Pieces.Count];
        _scores = new float[proto.Pieces.Count];
        float lowest = float.MaxValue, highest = float.MinValue;
        foreach (ModelProto.VocabularyPiece piece in proto.Pieces.Where(piece => piece.Type == ModelProto.PieceType.Normal))
        {
            lowest = Math.Min(lowest, piece.Score);
            highest = Math.Max(highest, piece.Score);
        }

        _unknownScore = lowest < float.MaxValue ? lowest - UnknownPenalty : -UnknownPenalty;
        for (int id = 0; id < _pieces.Length; id++)
        {
            (string text, float score, ModelProto.PieceType type) = proto.Pieces[id];
            if (type == ModelProto.PieceType.Byte)
            {
                // Bytes count from the last of the byte tokens, not from the first: so does the library that this stands in for.
                _firstByteId = id;
                _byteIds.Add(id);
                continue;
            }

            _pieces[id] = text;
            _ids.TryAdd(text, id);
            if (text.Length == 0 || type is not (ModelProto.PieceType.Normal or ModelProto.PieceType.UserDefined))
                continue;
            // A user's token is taken wherever it stands.
            _scores[id] = type == ModelProto.PieceType.UserDefined ? text.Length * Math.Max(highest, 0) - 0.1f : score;
            _trie.Add(text, id);
        }
    }

    public override IReadOnlyDictionary<string, int> Vocabulary => _ids;

    public override string TokenOf(int id, ReadOnlySpan<char> covered) => id == UnknownId ? covered.ToString() : _pieces[id]!;

    public override string? PieceOf(int id) => (uint)id < (uint)_pieces.Length ? _pieces[id] : null;

    public override bool TryGetByte(int id, out byte value)
    {
        value = (byte)(id - _firstByteId);
        return _byteIds.Contains(id);
    }

    protected override Piece[] Split(ReadOnlySpan<char> word)
    {
        // At each position: the best token that ends there, and the score of the best path to it.
        var best = new (int Id, int Start, float Score)[word.Length + 1];
        Array.Fill(best, (UnknownId, -1, 0f));
        for (int start = 0; start < word.Length;)
        {
            Rune.DecodeFromUtf16(word[start..], out _, out int character);
            bool characterIsToken = false;
            int node = CharTrie.Root;
            for (int end = start; end < word.Length && _trie.TryStep(ref node, word[end]); end++)
            {
                if (_trie.IdAt(node) is var id and >= 0)
                {
                    Offer(id, start, end + 1, _scores[id], best);
                    characterIsToken |= end + 1 - start == character;
                }
            }

            if (!characterIsToken)
                Offer(UnknownId, start, start + character, _unknownScore, best);
            start += character;
        }

        var pieces = new List<Piece>();
        for (int end = word.Length; end > 0; end = best[end].Start)
            AddReversed(word[best[end].Start..end], new Piece(best[end].Id, best[end].Start, end), pieces);
        pieces.Reverse();
        return [.. pieces];
    }

    private static void Offer(int id, int start, int end, float score, (int Id, int Start, float Score)[] best)
    {
        float total = best[start].Score + score;
        if (best[end].Start < 0 || total > best[end].Score)
            best[end] = (id, start, total);
    }

    private void AddReversed(ReadOnlySpan<char> covered, Piece piece, List<Piece> pieces)
    {
        if (piece.Id != UnknownId || !ByteFallback || _byteIds.Count == 0)
        {
            pieces.Add(piece);
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        int count = Encoding.UTF8.GetBytes(covered, utf8);
        for (int i = count - 1; i >= 0; i--)
        {
            int id = _firstByteId + utf8[i];
            pieces.Add(new Piece(id < _pieces.Length ? id : UnknownId, i == 0 ? piece.Start : piece.End, piece.End));
        }
    }
}
