using System.Collections.Concurrent;

namespace Microsoft.ML.Trainers.FastTree;

/// <summary>Grows one tree on gradients: always splits the leaf that gains most, until there are enough leaves or nothing gains.</summary>
internal sealed class TreeGrower
{
    private const int FeaturesAtOnce = 32; // a few microseconds of work: less isn't worth another thread

    private readonly BinnedFeature[] _features;
    private readonly int _maximumLeaves, _minimumCount;
    private readonly ParallelOptions _parallel;
    private readonly int[] _offsets;
    private readonly Stack<Histogram> _pool = new();

    public TreeGrower(BinnedFeature[] features, int maximumLeaves, int minimumCount, ParallelOptions parallel)
    {
        (_features, _maximumLeaves, _minimumCount, _parallel) = (features, maximumLeaves, minimumCount, parallel);
        _offsets = new int[features.Length + 1];
        for (int f = 0; f < features.Length; f++)
            _offsets[f + 1] = _offsets[f] + features[f].BinCount;
    }

    /// <summary>
    /// A tree whose leaves are all 0, and the training rows of each leaf. Trains on <paramref name="rows"/>, which it reorders,
    /// and splits on the features in <paramref name="use"/>.
    /// </summary>
    public (DecisionTree Tree, Memory<int>[] LeafRows) Grow(int[] rows, int[] use, double[] gradients, double[] weights)
    {
        var leaves = new List<Leaf> { new() { Rows = rows, Histogram = Fill(rows, use, gradients, weights) } };
        leaves[0].Split = Best(leaves[0].Histogram, use);
        var nodes = new List<Node>();

        while (leaves.Count < _maximumLeaves)
        {
            int index = 0;
            for (int i = 1; i < leaves.Count; i++)
                if (leaves[i].Split.Gain > leaves[index].Split.Gain)
                    index = i;
            Leaf leaf = leaves[index];
            if (leaf.Split.Feature < 0)
                break;

            // The split leaf keeps its number for the left part; the right part is the newest leaf.
            int node = nodes.Count;
            nodes.Add(new Node(leaf.Split) { Left = ~index, Right = ~leaves.Count });
            if (leaf.Parent >= 0)
                nodes[leaf.Parent].Replace(~index, node);

            int left = Partition(leaf.Rows.Span, leaf.Split);
            Leaf first = new() { Parent = node, Rows = leaf.Rows[..left] }, second = new() { Parent = node, Rows = leaf.Rows[left..] };
            (Leaf small, Leaf large) = first.Rows.Length <= second.Rows.Length ? (first, second) : (second, first);
            small.Histogram = Fill(small.Rows, use, gradients, weights);
            large.Histogram = leaf.Histogram;
            ForEach(use, i => large.Histogram.Subtract(use[i], small.Histogram));
            first.Split = Best(first.Histogram, use);
            second.Split = Best(second.Histogram, use);
            leaves[index] = first;
            leaves.Add(second);
        }

        foreach (Leaf leaf in leaves)
            _pool.Push(leaf.Histogram);
        return (Tree(nodes), [.. leaves.Select(leaf => leaf.Rows)]);
    }

    private Histogram Fill(Memory<int> rows, int[] use, double[] gradients, double[] weights)
    {
        if (!_pool.TryPop(out Histogram? histogram))
            histogram = new Histogram(_offsets);
        ForEach(use, i => histogram.Fill(use[i], _features[use[i]].Bins, rows.Span, gradients, weights));
        return histogram;
    }

    private Split Best(Histogram histogram, int[] use)
    {
        var splits = new Split[use.Length];
        ForEach(use, i => splits[i] = Split.Best(histogram[use[i]], use[i], _minimumCount));
        Split best = Split.None;
        foreach (Split split in splits) // in order: of equal gains the first feature wins, on any number of threads
            if (split.Gain > best.Gain)
                best = split;
        return best;
    }

    /// <summary>Runs work for each feature in use, on several threads.</summary>
    private void ForEach(int[] use, Action<int> work) =>
        Parallel.ForEach(Partitioner.Create(0, use.Length, FeaturesAtOnce), _parallel, range =>
    {
        for (int i = range.Item1; i < range.Item2; i++)
            work(i);
    });

    /// <summary>Moves the rows that go left to the front, both parts in their old order, and returns how many they are.</summary>
    private int Partition(Span<int> rows, Split split)
    {
        ushort[] bins = _features[split.Feature].Bins;
        var right = new List<int>(rows.Length);
        int left = 0;
        foreach (int row in rows)
        {
            if (bins[row] <= split.Bin)
                rows[left++] = row;
            else
                right.Add(row);
        }

        right.CopyTo(rows[left..]);
        return left;
    }

    private DecisionTree Tree(List<Node> nodes) => new(
        [.. nodes.Select(n => n.Split.Feature)],
        [.. nodes.Select(n => _features[n.Split.Feature].UpperBounds[n.Split.Bin])],
        [.. nodes.Select(n => n.Left)],
        [.. nodes.Select(n => n.Right)],
        new double[nodes.Count + 1]);

    private sealed class Leaf
    {
        public int Parent { get; init; } = -1;
        public required Memory<int> Rows { get; init; }
        public Histogram Histogram { get; set; } = null!;
        public Split Split { get; set; }
    }

    private sealed class Node(Split split)
    {
        public Split Split => split;
        public int Left { get; set; }
        public int Right { get; set; }

        public void Replace(int child, int by)
        {
            if (Left == child)
                Left = by;
            else
                Right = by;
        }
    }
}
