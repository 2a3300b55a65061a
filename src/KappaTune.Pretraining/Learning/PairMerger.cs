using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// Byte-pair encoding learnt: the pair of neighbours that is most frequent in all words becomes one piece, again and again;
/// of equals that whose left text comes first, then whose right text does, so the order of the words doesn't matter. Each
/// distinct word is held once with its count, and a merge visits only the places where its pair is.
/// </summary>
/// <remarks>
/// A text becomes a piece in one way only: inside a piece, the merges before were those that its text alone would have had. So all places
/// of a pair are found by the one merge that makes the later of its pieces, in their order, and its count can only fall from then on.
/// </remarks>
internal sealed class PairMerger
{
    private readonly PieceList _pieces;
    private readonly List<Place> _places = [];
    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), Rank> _queue;
    private readonly List<(int Left, int Right)> _new = [];

    public PairMerger(PieceList pieces)
    {
        _pieces = pieces;
        _queue = new(new RankOrder(pieces));
    }

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
            Pair pair = _pairs[key];
            if (pair.Count < rank.Count)
            {
                // Some of its places went to other merges since.
                Enqueue(key, pair, minimumFrequency);
                continue;
            }

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
        Span<Place> places = CollectionsMarshal.AsSpan(_places);
        foreach (int at in pair.Places)
        {
            // In "aaa" the first two become one, as in encoding.
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
        ref Pair? pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, key, out bool isKnown);
        pair ??= new Pair();
        pair.Count += left.Count;
        pair.Places.Add(at);
        if (!isKnown)
            _new.Add(key);
    }

    private void Shrink(int left, int right, long count)
    {
        // The pair that is being merged is counted no more.
        if (_pairs.TryGetValue((left, right), out Pair? pair))
            pair.Count -= count;
    }

    /// <summary>Queues the pairs that are new; those that are fewer than they were wait until their old rank comes up.</summary>
    private void Enqueue(long minimumFrequency)
    {
        foreach ((int Left, int Right) key in _new)
            Enqueue(key, _pairs[key], minimumFrequency);
        _new.Clear();
    }

    private void Enqueue((int Left, int Right) key, Pair pair, long minimumFrequency)
    {
        if (pair.Count >= minimumFrequency)
            _queue.Enqueue(key, new Rank(pair.Count, key.Left, key.Right));
        else
            _pairs.Remove(key);
    }

    /// <summary>A piece in a word; -1 once it is merged into the one before.</summary>
    private struct Place
    {
        public int Piece, Previous, Next;
        public long Count;
    }

    private readonly record struct Rank(long Count, int Left, int Right);

    /// <summary>Two pieces that follow each other: how often, and where, some places of before among them.</summary>
    private sealed class Pair
    {
        public long Count;
        public readonly List<int> Places = [];
    }

    private sealed class RankOrder(PieceList pieces) : IComparer<Rank>
    {
        public int Compare(Rank one, Rank other)
        {
            int order = other.Count.CompareTo(one.Count);
            if (order == 0 && one.Left != other.Left)
                order = string.CompareOrdinal(pieces[one.Left], pieces[other.Left]);
            return order != 0 ? order : string.CompareOrdinal(pieces[one.Right], pieces[other.Right]);
        }
    }
}
