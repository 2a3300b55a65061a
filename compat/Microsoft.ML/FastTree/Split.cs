namespace Microsoft.ML.Trainers.FastTree;

/// <summary>A test at a leaf: rows whose bin of <paramref name="Feature"/> is at most <paramref name="Bin"/> go left.</summary>
internal readonly record struct Split(int Feature, int Bin, double Gain)
{
    public static readonly Split None = new(-1, -1, 0);

    /// <summary>The best split on one feature: the one whose two means explain most of the gradients' variance.</summary>
    public static Split Best(Histogram histogram, int feature, int binCount, int minimumCount)
    {
        (double Gradient, double Weight, int Count) all = default, left = default;
        for (int bin = 0; bin < binCount; bin++)
            all = Sum(all, histogram[feature, bin]);

        double whole = Explained(all.Gradient, all.Weight);
        Split best = None;
        for (int bin = 0; bin < binCount - 1; bin++)
        {
            left = Sum(left, histogram[feature, bin]);
            if (left.Count < minimumCount || all.Count - left.Count < minimumCount)
                continue;
            double gain = Explained(left.Gradient, left.Weight) + Explained(all.Gradient - left.Gradient, all.Weight - left.Weight) - whole;
            // Below this it is rounding of the sums, not a difference between rows.
            if (gain > best.Gain && gain > 1e-10 * Math.Abs(whole) + 1e-12)
                best = new Split(feature, bin, gain);
        }

        return best;
    }

    private static double Explained(double gradient, double weight) => weight > 0 ? gradient * gradient / weight : 0;

    private static (double, double, int) Sum((double Gradient, double Weight, int Count) a, (double Gradient, double Weight, int Count) b) =>
        (a.Gradient + b.Gradient, a.Weight + b.Weight, a.Count + b.Count);
}
