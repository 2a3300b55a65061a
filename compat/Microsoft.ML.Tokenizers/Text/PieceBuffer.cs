using System.Runtime.InteropServices;

namespace Microsoft.ML.Tokenizers;

/// <summary>A growing list of pieces. Each thread keeps one between calls, so that encoding allocates only its result.</summary>
internal sealed class PieceBuffer
{
    // A buffer that once held a huge text is not kept.
    private const int MostKept = 1 << 16;

    [ThreadStatic]
    private static PieceBuffer? t_kept;

    private Piece[] _pieces = new Piece[256];

    public int Count { get; private set; }

    public ReadOnlySpan<Piece> Pieces => _pieces.AsSpan(0, Count);

    /// <summary>The parts of a text that its pre-tokenizer gives; used one text at a time.</summary>
    public List<(int Offset, int Length)> Splits { get; } = [];

    /// <summary>An empty buffer: the thread's own, or a new one where a caller up the stack has that.</summary>
    public static PieceBuffer Rent()
    {
        PieceBuffer buffer = t_kept ?? new PieceBuffer();
        t_kept = null;
        buffer.Clear();
        buffer.Splits.Clear();
        return buffer;
    }

    public void Return()
    {
        if (_pieces.Length <= MostKept && Splits.Capacity <= MostKept)
            t_kept = this;
    }

    public void Clear() => Count = 0;

    public void Truncate(int count) => Count = Math.Min(Count, count);

    public void Add(Piece piece)
    {
        if (Count == _pieces.Length)
            Array.Resize(ref _pieces, Count * 2);
        _pieces[Count++] = piece;
    }

    /// <summary>Adds a word's pieces, whose offsets count from the word's start, as they stand at <paramref name="offset"/> of the text.</summary>
    public void Add(ReadOnlySpan<Piece> word, int offset)
    {
        if (Count + word.Length > _pieces.Length)
            Array.Resize(ref _pieces, Math.Max(Count + word.Length, Count * 2));
        Span<Piece> target = _pieces.AsSpan(Count, word.Length);
        for (int i = 0; i < word.Length; i++)
            target[i] = new Piece(word[i].Id, word[i].Start + offset, word[i].End + offset);
        Count += word.Length;
    }

    /// <summary>Moves what starts before the text to its start.</summary>
    public void ClampStarts()
    {
        for (int i = 0; i < Count; i++)
            _pieces[i] = _pieces[i] with { Start = Math.Max(0, _pieces[i].Start), End = Math.Max(0, _pieces[i].End) };
    }

    public List<int> Ids()
    {
        // Room for a beginning and an end that the caller may add.
        var ids = new List<int>(Count + 2);
        CollectionsMarshal.SetCount(ids, Count);
        Span<int> target = CollectionsMarshal.AsSpan(ids);
        for (int i = 0; i < target.Length; i++)
            target[i] = _pieces[i].Id;
        return ids;
    }
}
