namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// The symbols of a word while they are merged: the pair of the lowest rank first, and of equals the leftmost. A priority
/// queue, so that a word of n symbols takes n log n steps. Each thread keeps one.
/// </summary>
internal sealed class BpeWord
{
    private const int MaxKept = 1 << 14;

    [ThreadStatic]
    private static BpeWord? _kept;

    private readonly PriorityQueue<(int Left, int Id), long> _queue = new();
    private Symbol[] _symbols = new Symbol[64];
    private int _count;

    public static BpeWord Rent()
    {
        BpeWord word = _kept ?? new BpeWord();
        _kept = null;
        word._count = 0;
        return word;
    }

    public void Return()
    {
        if (_symbols.Length <= MaxKept)
            _kept = this;
    }

    public void Add(int id, int start, int end)
    {
        if (_count == _symbols.Length)
            Array.Resize(ref _symbols, _count * 2);
        _symbols[_count] = new Symbol { Id = id, Start = start, End = end, Previous = _count - 1, Next = _count + 1 };
        _count++;
    }

    /// <summary>Makes the last symbol longer.</summary>
    public void Extend(int end) => _symbols[_count - 1].End = end;

    public void Merge(BpeMerges merges)
    {
        _queue.Clear();
        for (int left = 0; left + 1 < _count; left++)
            Enqueue(merges, left, left + 1);
        while (_queue.TryDequeue(out (int Left, int Id) top, out _))
        {
            ref Symbol left = ref _symbols[top.Left];
            if (left.Id < 0 || left.Next >= _count)
                continue;
            ref Symbol right = ref _symbols[left.Next];
            // An entry of before one of its symbols was merged doesn't count.
            if (!merges.TryGet(left.Id, right.Id, out _, out int id) || id != top.Id)
                continue;
            left.Id = id;
            left.End = right.End;
            left.Next = right.Next;
            right.Id = -1;
            if (left.Next < _count)
                _symbols[left.Next].Previous = top.Left;
            if (left.Previous >= 0)
                Enqueue(merges, left.Previous, top.Left);
            if (left.Next < _count)
                Enqueue(merges, top.Left, left.Next);
        }
    }

    public void CopyTo(TokenBuffer tokens)
    {
        for (int i = 0; i < _count; i = _symbols[i].Next)
            tokens.Add(_symbols[i].Id, _symbols[i].Start, _symbols[i].End);
    }

    private void Enqueue(BpeMerges merges, int left, int right)
    {
        if (merges.TryGet(_symbols[left].Id, _symbols[right].Id, out int rank, out int id))
            _queue.Enqueue((left, id), (long)rank << 32 | (uint)left);
    }

    /// <summary>A symbol; its id is -1 once it is merged into the one before.</summary>
    private struct Symbol
    {
        public int Id, Start, End, Previous, Next;
    }
}
