using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// Byte-pair encoding learnt: the pair of neighbours that is most frequent in all words becomes one piece, again and again;
/// of equals that whose left text comes first, then whose right text does, so the order of the words doesn't matter. Each
/// distinct word is held once with its count, and a merge visits only the places where its pair is.
/// </summary>
internal sealed class PairMerger
{
    private readonly PieceList _pieces;
    private readonly List<Place> _places = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly Dictionary<(int Left, int Right), int> _merged = [];
    private readonly PriorityQueue<(int Left, int Right), Rank> _queue;
    private readonly List<(int Left, int Right)> _grown = [];

    public PairMerger(PieceList pieces)
    {
        _pieces = pieces;
        _queue = new(new RankOrder(pieces));
    }

    /// <summary>Adds a word.</summary>
    /// <param name="word">Its pieces, at least one.</param>
    /// <param name="count">How often the word is in the text.</param>
    public void Add(ReadOnlySpan<int> word, long count)
    {
        int first = _places.Count, last = first + word.Length - 1;
        for (int i = 0; i < word.Length; i++)
        {
            int at = first + i;
            _places.Add(new Place { Piece = word[i], Count = count, Previous = at > first ? at - 1 : -1, Next = at < last ? at + 1 : -1 });
        }
    }

    /// <summary>Merges until there are enough pieces or no pair is frequent enough.</summary>
    /// <returns>The merges in their order.</returns>
    public List<(int Left, int Right)> Run(int pieces, long minimumFrequency, CancellationToken cancellation)
    {
        for (int at = 0; at < _places.Count; at++)
        {
            if (_places[at].Next >= 0)
                Grow(at);
        }

        Enqueue(minimumFrequency);
        var merges = new List<(int Left, int Right)>();
        while (_pieces.Count < pieces && _queue.TryDequeue(out (int Left, int Right) key, out Rank rank))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!_pairs.TryGetValue(key, out Pair? pair) || Weight(key, pair) is var weight && weight > rank.Weight)
                continue;
            if (weight < rank.Weight)
            {
                // Some of its places went to other merges since.
                Enqueue(key, weight, minimumFrequency);
                continue;
            }

            if (_merged.TryAdd(key, merges.Count))
                merges.Add(key);
            Merge(key, pair);
            Enqueue(minimumFrequency);
        }

        return merges;
    }

    private void Merge((int Left, int Right) key, Pair pair)
    {
        int merged = _pieces.Join(key.Left, key.Right);
        _pairs.Remove(key);
        // In "aaa" the first two become one, as in encoding; pairs of two kinds don't overlap.
        if (key.Left == key.Right)
            pair.Places.Sort();
        Span<Place> places = CollectionsMarshal.AsSpan(_places);
        foreach (int at in pair.Places)
        {
            ref Place left = ref places[at];
            if (left.Piece != key.Left || left.Next < 0 || places[left.Next].Piece != key.Right)
                continue;
            ref Place right = ref places[left.Next];
            if (left.Previous >= 0)
                Shrink(places[left.Previous].Piece, key.Left, left.Count);
            if (right.Next >= 0)
                Shrink(key.Right, places[right.Next].Piece, left.Count);
            left.Piece = merged;
            left.Next = right.Next;
            right.Piece = -1;
            if (left.Next >= 0)
            {
                places[left.Next].Previous = at;
                Grow(at);
            }

            if (left.Previous >= 0)
                Grow(left.Previous);
        }
    }

    /// <summary>Counts the pair that begins at a place.</summary>
    private void Grow(int at)
    {
        Place left = _places[at];
        (int Left, int Right) key = (left.Piece, _places[left.Next].Piece);
        ref Pair? pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, key, out _);
        pair ??= new Pair();
        pair.Count += left.Count;
        pair.Places.Add(at);
        if (!pair.IsGrown)
            _grown.Add(key);
        pair.IsGrown = true;
    }

    private void Shrink(int left, int right, long count)
    {
        // The pair that is being merged is counted no more.
        if (_pairs.TryGetValue((left, right), out Pair? pair))
            pair.Count -= count;
    }

    /// <summary>Queues the pairs that are more than they were; those that are fewer wait until their old rank comes up.</summary>
    private void Enqueue(long minimumFrequency)
    {
        foreach ((int Left, int Right) key in _grown)
        {
            Pair pair = _pairs[key];
            pair.IsGrown = false;
            Enqueue(key, Weight(key, pair), minimumFrequency);
        }

        _grown.Clear();
    }

    private void Enqueue((int Left, int Right) key, long weight, long minimumFrequency)
    {
        if (weight >= minimumFrequency)
            _queue.Enqueue(key, new Rank(weight, key.Left, key.Right));
    }

    /// <summary>
    /// How often a pair is there. One that was merged before, and is there again because another merge made one of its
    /// pieces, is merged at once, as it will be in encoding: the earlier the merge, the sooner.
    /// </summary>
    private long Weight((int Left, int Right) key, Pair pair) =>
        _merged.TryGetValue(key, out int order) ? long.MaxValue - order : pair.Count;

    /// <summary>A piece in a word; -1 once it is merged into the one before.</summary>
    private struct Place
    {
        public int Piece, Previous, Next;
        public long Count;
    }

    private readonly record struct Rank(long Weight, int Left, int Right);

    /// <summary>Two pieces that follow each other: how often, and where, some places of before among them.</summary>
    private sealed class Pair
    {
        public long Count;
        public bool IsGrown;
        public readonly List<int> Places = [];
    }

    private sealed class RankOrder(PieceList pieces) : IComparer<Rank>
    {
        public int Compare(Rank one, Rank other)
        {
            int order = other.Weight.CompareTo(one.Weight);
            if (order == 0 && one.Left != other.Left)
                order = string.CompareOrdinal(pieces[one.Left], pieces[other.Left]);
            return order != 0 ? order : string.CompareOrdinal(pieces[one.Right], pieces[other.Right]);
        }
    }
}
