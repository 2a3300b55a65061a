namespace Microsoft.ML.Trainers.FastTree;

/// <summary>A test at a leaf: rows whose bin of <paramref name="Feature"/> is at most <paramref name="Bin"/> go left.</summary>
internal readonly record struct Split(int Feature, int Bin, double Gain)
{
    public static readonly Split None = new(-1, -1, 0);

    /// <summary>The best split on one feature: the one whose two means explain most of the gradients' variance.</summary>
    public static Split Best(ReadOnlySpan<BinSums> bins, int feature, int minimumCount)
    {
        double gradient = 0, weight = 0;
        int count = 0;
        foreach (ref readonly BinSums bin in bins)
        {
            gradient += bin.Gradient;
            weight += bin.Weight;
            count += bin.Count;
        }

        double whole = Explained(gradient, weight);
        // Less is rounding of the sums, not a difference between rows.
        double gain = 1e-10 * whole + 1e-12;
        Split best = None;
        double leftGradient = 0, leftWeight = 0;
        int leftCount = 0;
        for (int b = 0; b < bins.Length - 1; b++)
        {
            leftGradient += bins[b].Gradient;
            leftWeight += bins[b].Weight;
            leftCount += bins[b].Count;
            if (leftCount < minimumCount)
                continue;
            if (count - leftCount < minimumCount)
                break;
            double explained = Explained(leftGradient, leftWeight) + Explained(gradient - leftGradient, weight - leftWeight);
            if (explained - whole <= gain)
                continue;
            gain = explained - whole;
            best = new Split(feature, b, gain);
        }

        return best;
    }

    private static double Explained(double gradient, double weight) => weight > 0 ? gradient * gradient / weight : 0;
}
