namespace Microsoft.ML.Trainers.FastTree;

/// <summary>Sums over the rows of one leaf, for every bin of every feature.</summary>
internal sealed class Histogram(int[] offsets)
{
    // Bin b of feature f is at offsets[f] + b.
    private readonly double[] _gradients = new double[offsets[^1]];
    private readonly double[] _weights = new double[offsets[^1]];
    private readonly int[] _counts = new int[offsets[^1]];

    public (double Gradient, double Weight, int Count) this[int feature, int bin]
    {
        get
        {
            int i = offsets[feature] + bin;
            return (_gradients[i], _weights[i], _counts[i]);
        }
    }

    /// <summary>Refills one feature's bins. Features can be filled at once on several threads.</summary>
    public void Fill(int feature, ushort[] bins, ReadOnlySpan<int> rows, double[] gradients, double[] weights)
    {
        int start = offsets[feature], length = offsets[feature + 1] - start;
        Span<double> gradient = _gradients.AsSpan(start, length), weight = _weights.AsSpan(start, length);
        Span<int> count = _counts.AsSpan(start, length);
        gradient.Clear();
        weight.Clear();
        count.Clear();
        foreach (int row in rows)
        {
            int bin = bins[row];
            gradient[bin] += gradients[row];
            weight[bin] += weights[row];
            count[bin]++;
        }
    }

    /// <summary>Takes the rows of a part out: what is left are the sums of the other part.</summary>
    public void Subtract(int feature, Histogram part)
    {
        for (int i = offsets[feature]; i < offsets[feature + 1]; i++)
        {
            _gradients[i] -= part._gradients[i];
            _weights[i] -= part._weights[i];
            _counts[i] -= part._counts[i];
        }
    }
}
