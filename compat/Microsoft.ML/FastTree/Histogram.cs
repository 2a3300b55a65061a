namespace Microsoft.ML.Trainers.FastTree;

/// <summary>Sums over the rows of one leaf, for every bin of every feature.</summary>
internal sealed class Histogram(int[] offsets)
{
    // Bin b of feature f is at offsets[f] + b.
    private readonly BinSums[] _bins = new BinSums[offsets[^1]];

    public ReadOnlySpan<BinSums> this[int feature] => Bins(feature);

    /// <summary>Refills one feature's bins. Features can be filled at once on several threads.</summary>
    public void Fill(int feature, ushort[] bins, ReadOnlySpan<int> rows, double[] gradients, double[] weights)
    {
        Span<BinSums> sums = Bins(feature);
        sums.Clear();
        foreach (int row in rows)
        {
            ref BinSums bin = ref sums[bins[row]];
            bin.Gradient += gradients[row];
            bin.Weight += weights[row];
            bin.Count++;
        }
    }

    /// <summary>Takes the rows of a part out: what is left are the sums of the other part.</summary>
    public void Subtract(int feature, Histogram part)
    {
        Span<BinSums> sums = Bins(feature), less = part.Bins(feature);
        for (int b = 0; b < sums.Length; b++)
        {
            sums[b].Gradient -= less[b].Gradient;
            sums[b].Weight -= less[b].Weight;
            sums[b].Count -= less[b].Count;
        }
    }

    private Span<BinSums> Bins(int feature) => _bins.AsSpan(offsets[feature]..offsets[feature + 1]);
}
