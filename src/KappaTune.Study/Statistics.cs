using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;
using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Means and correlations with 95 % intervals.</summary>
internal static class Statistics
{
    private const double UpperQuantile = 0.975;
    private const int Resamples = 2000;

    /// <summary>The mean with an interval by Student's t, which holds for few values; null where there are none.</summary>
    public static MeanInterval? Mean(IReadOnlyList<double> values) =>
        values.Count == 0 ? null : Around(values.Average(), HalfWidth(values));

    /// <summary>
    /// The mean over runs that share seeds and draws. Runs of a seed, or of a draw, are alike, so they don't count as runs of their own:
    /// the interval is the wider one of those over the means of the seeds and over the means of the draws.
    /// </summary>
    public static MeanInterval? Mean(IReadOnlyList<(int Seed, int Draw, double Value)> runs) =>
        runs.Count == 0 ? null : Around(runs.Average(run => run.Value), Wider(runs, HalfWidth));

    /// <summary>
    /// The same mean with its standard error, the larger one of those over the means of the seeds and over the means of the draws; null
    /// where there are no runs, or the mean is no number.
    /// </summary>
    public static MeanError? MeanAndError(IReadOnlyList<(int Seed, int Draw, double Value)> runs)
    {
        double mean = runs.Select(run => run.Value).DefaultIfEmpty(double.NaN).Average();
        return double.IsFinite(mean) ? new(mean, Wider(runs, StandardError)) : null;
    }

    /// <summary>
    /// The two-sided p of a mean of 0 by Student's t; null for fewer than two values. Of values that are all the same it is 0 or 1.
    /// </summary>
    public static double? PValue(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
            return null;
        double error = StandardError(values)!.Value, mean = values.Average();
        if (error == 0)
            return mean == 0 ? 1 : 0;
        return 2 * StudentT.CDF(0, 1, values.Count - 1, -Math.Abs(mean) / error);
    }

    /// <summary>
    /// Holm's step-down correction: the smallest of n is taken n times, the next n − 1 times, and none is below one before it.
    /// </summary>
    public static double[] Holm(IReadOnlyList<double> values)
    {
        double[] corrected = new double[values.Count];
        double most = 0;
        foreach ((int rank, int i) in Enumerable.Range(0, values.Count).OrderBy(i => values[i]).Index())
            corrected[i] = most = Math.Max(most, Math.Min(1, (values.Count - rank) * values[i]));
        return corrected;
    }

    private static MeanInterval Around(double mean, double? half) => new(mean, mean - half, mean + half);

    /// <param name="width">How far the mean of some values may be off; null for one value.</param>
    private static double? Wider(
        IReadOnlyList<(int Seed, int Draw, double Value)> runs, Func<IReadOnlyList<double>, double?> width)
    {
        double? bySeed = width(Means(run => run.Seed)), byDraw = width(Means(run => run.Draw));
        return bySeed > byDraw || byDraw is null ? bySeed : byDraw;

        double[] Means(Func<(int Seed, int Draw, double Value), int> group) =>
            [.. runs.GroupBy(group).Select(its => its.Average(run => run.Value))];
    }

    private static double? StandardError(IReadOnlyList<double> values) =>
        values.Count < 2 ? null : Deviation(values) / Math.Sqrt(values.Count);

    // Half the width of the 95 % interval; null for one value.
    private static double? HalfWidth(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
            return null;
        return StudentT.InvCDF(0, 1, values.Count - 1, UpperQuantile) * Deviation(values) / Math.Sqrt(values.Count);
    }

    private static double Deviation(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1));
    }

    /// <summary>Spearman's rank correlation, equal values with their mean rank; NaN where one side is all the same.</summary>
    public static double Spearman(IReadOnlyList<double> a, IReadOnlyList<double> b) => Correlation.Spearman(a, b);

    /// <summary>
    /// The bootstrap interval of Spearman's correlation: pairs are drawn with replacement, again and again. NaN where no draw has a
    /// correlation.
    /// </summary>
    public static (double Low, double High) SpearmanInterval(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var random = new Random(0);
        List<double> values = [];
        for (int sample = 0; sample < Resamples; sample++)
        {
            int[] pairs = [.. Enumerable.Range(0, a.Count).Select(_ => random.Next(a.Count))];
            double value = Spearman([.. pairs.Select(i => a[i])], [.. pairs.Select(i => b[i])]);
            // A draw that repeats one pair only has no correlation.
            if (double.IsFinite(value))
                values.Add(value);
        }

        values.Sort();
        return values.Count == 0
            ? (double.NaN, double.NaN)
            : (Bootstrap.Quantile(values, 1 - UpperQuantile), Bootstrap.Quantile(values, UpperQuantile));
    }

    /// <summary>
    /// The correlation of ranks within groups: each value's rank in its group, less the group's mean rank, over all groups. Differences
    /// between groups have no effect. Null where no group has two values that differ on both sides.
    /// </summary>
    public static double? SpearmanWithin(IReadOnlyList<double> a, IReadOnlyList<double> b, IReadOnlyList<object?> groups)
    {
        double[] x = new double[a.Count], y = new double[a.Count];
        foreach (int[] group in Enumerable.Range(0, a.Count).GroupBy(i => groups[i]).Select(group => group.ToArray()))
        {
            double[] ranksA = ArrayStatistics.RanksInplace([.. group.Select(i => a[i])]),
                ranksB = ArrayStatistics.RanksInplace([.. group.Select(i => b[i])]);
            // The scale makes ranks of large and small groups weigh the same.
            double scale = 1.0 / group.Length, mean = (group.Length + 1) / 2.0;
            for (int i = 0; i < group.Length; i++)
                (x[group[i]], y[group[i]]) = ((ranksA[i] - mean) * scale, (ranksB[i] - mean) * scale);
        }

        double value = Correlation.Pearson(x, y);
        return double.IsFinite(value) ? value : null;
    }
}
