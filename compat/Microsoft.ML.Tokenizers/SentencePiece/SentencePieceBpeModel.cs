using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>Joins characters to the tokens of the highest score.</summary>
internal sealed class SentencePieceBpeModel : SentencePieceModel
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly string[] _pieces;
    private readonly SpanMap _tokens;
    private readonly int[] _ranks;
    private readonly int[] _byteIds = new int[256];
    private readonly Dictionary<int, byte> _bytes = [];

    public SentencePieceBpeModel(ModelProto proto)
        : base(proto)
    {
        _pieces = [.. proto.Pieces.Select(piece => piece.Text)];
        _ranks = Rank(proto.Pieces);
        Array.Fill(_byteIds, proto.UnknownId);
        for (int id = 0; id < _pieces.Length; id++)
        {
            _ids.TryAdd(_pieces[id], id);
            if (proto.Pieces[id].Type == ModelProto.PieceType.Byte && ByteOf(_pieces[id]) is { } value)
            {
                _byteIds[value] = id;
                _bytes[id] = value;
            }
        }

        _tokens = new SpanMap(_ids);
    }

    public override IReadOnlyDictionary<string, int> Vocabulary => _ids;

    public override string TokenOf(int id, ReadOnlySpan<char> covered) => _pieces[id];

    public override string? PieceOf(int id) => (uint)id < (uint)_pieces.Length ? _pieces[id] : null;

    public override bool TryGetByte(int id, out byte value) => _bytes.TryGetValue(id, out value);

    protected override Piece[] Split(ReadOnlySpan<char> word)
    {
        Merger merger = Merger.Rent();
        for (int start = 0; start < word.Length;)
        {
            Rune.DecodeFromUtf16(word[start..], out _, out int length);
            merger.Add(_tokens.TryGetValue(word.Slice(start, length), out int id) ? id : -1, length);
            start += length;
        }

        merger.Merge(word, new ScoredMerges(_tokens, _ranks));
        var pieces = new List<Piece>();
        for (int index = 0; merger.TryNext(ref index, out Piece piece);)
        {
            if (piece.Id >= 0)
                pieces.Add(piece);
            else
                AddUnknown(word[piece.Start..piece.End], piece, pieces);
        }

        merger.Return();
        return [.. pieces];
    }

    private void AddUnknown(ReadOnlySpan<char> character, Piece piece, List<Piece> pieces)
    {
        if (!ByteFallback)
        {
            pieces.Add(piece with { Id = UnknownId });
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        int count = Encoding.UTF8.GetBytes(character, utf8);
        for (int i = 0; i < count; i++)
            pieces.Add(new Piece(_byteIds[utf8[i]], piece.Start, i == 0 ? piece.End : piece.Start));
    }

    // <0x00> to <0xFF>.
    private static byte? ByteOf(string piece) =>
        piece is ['<', '0', 'x', _, _, '>'] && byte.TryParse(piece.AsSpan(3, 2), System.Globalization.NumberStyles.HexNumber, null, out byte value)
            ? value
            : null;

    // The highest score first; equal scores are equal ranks, so that the leftmost pair goes first.
    private static int[] Rank(List<ModelProto.VocabularyPiece> pieces)
    {
        int[] order = [.. Enumerable.Range(0, pieces.Count).OrderByDescending(id => pieces[id].Score)];
        int[] ranks = new int[pieces.Count];
        for (int i = 1; i < order.Length; i++)
            ranks[order[i]] = pieces[order[i]].Score == pieces[order[i - 1]].Score ? ranks[order[i - 1]] : i;
        return ranks;
    }

    private readonly struct ScoredMerges(SpanMap tokens, int[] ranks) : IMergeRule
    {
        public bool TryMerge(ReadOnlySpan<char> joined, int left, int right, out int rank, out int id)
        {
            id = rank = 0;
            if (joined.Length > tokens.MaxKeyLength || !tokens.TryGetValue(joined, out id))
                return false;
            rank = ranks[id];
            return true;
        }
    }
}
