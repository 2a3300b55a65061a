namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Joins the symbols of a word, best pair first and of equals the leftmost first, with a priority queue: a word of
/// n symbols takes n log n steps. Each thread keeps one.
/// </summary>
internal sealed class Merger
{
    private const int MostKept = 1 << 14;

    [ThreadStatic]
    private static Merger? t_kept;

    private readonly PriorityQueue<Candidate, ulong> _candidates = new();
    private int[] _ids = new int[64];
    private int[] _starts = new int[64];

    // Of a joined symbol's first symbol: the index after its last one; 0 for a symbol that was joined to the one before.
    private int[] _ends = new int[64];

    // Of a joined symbol's last symbol: the index of its first one.
    private int[] _firsts = new int[64];
    private int _count;

    /// <summary>The characters of the symbols so far: where the next one starts.</summary>
    public int Length => _starts[_count];

    public int Count => _count;

    public static Merger Rent()
    {
        Merger merger = t_kept ?? new Merger();
        t_kept = null;
        merger._count = 0;
        merger._starts[0] = 0;
        return merger;
    }

    public void Return()
    {
        if (_ids.Length <= MostKept)
            t_kept = this;
    }

    /// <summary>Adds a symbol of <paramref name="length"/> characters; its id is -1 where it is no token by itself.</summary>
    public void Add(int id, int length)
    {
        if (_count + 1 == _ids.Length)
        {
            Array.Resize(ref _ids, _ids.Length * 2);
            Array.Resize(ref _starts, _ids.Length);
            Array.Resize(ref _ends, _ids.Length);
            Array.Resize(ref _firsts, _ids.Length);
        }

        _ids[_count] = id;
        _firsts[_count] = _count;
        _ends[_count] = _count + 1;
        _starts[_count + 1] = _starts[_count] + length;
        _count++;
    }

    /// <summary>Makes the last symbol longer.</summary>
    public void Extend(int length) => _starts[_count] += length;

    public void Merge<TRule>(ReadOnlySpan<char> text, TRule rule)
        where TRule : struct, IMergeRule
    {
        _candidates.Clear();
        for (int right = 1; right < _count; right++)
            Enqueue(text, rule, right - 1, right);
        while (_candidates.TryDequeue(out Candidate pair, out _))
        {
            if (_ends[pair.Left] != pair.Right || _ends[pair.Right] != pair.End)
                continue;
            _ids[pair.Left] = pair.Id;
            _ends[pair.Left] = pair.End;
            _ends[pair.Right] = 0;
            _firsts[pair.End - 1] = pair.Left;
            if (pair.Left > 0)
                Enqueue(text, rule, _firsts[pair.Left - 1], pair.Left);
            if (pair.End < _count)
                Enqueue(text, rule, pair.Left, pair.End);
        }
    }

    /// <summary>The next symbol from <paramref name="index"/>, which starts at 0 and moves on; false after the last.</summary>
    public bool TryNext(ref int index, out Piece symbol)
    {
        if (index >= _count)
        {
            symbol = default;
            return false;
        }

        symbol = new Piece(_ids[index], _starts[index], _starts[_ends[index]]);
        index = _ends[index];
        return true;
    }

    private void Enqueue<TRule>(ReadOnlySpan<char> text, TRule rule, int left, int right)
        where TRule : struct, IMergeRule
    {
        int end = _ends[right];
        if (rule.TryMerge(text[_starts[left].._starts[end]], _ids[left], _ids[right], out int rank, out int id))
            _candidates.Enqueue(new Candidate(left, right, end, id), (ulong)(uint)rank << 32 | (uint)left);
    }

    private readonly record struct Candidate(int Left, int Right, int End, int Id);
}
