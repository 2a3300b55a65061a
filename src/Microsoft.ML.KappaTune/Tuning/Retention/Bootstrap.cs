namespace Microsoft.ML.KappaTune.Tuning;

/// <summary>
/// Intervals for means over windows of unequal size: windows are drawn with replacement, again and again, and the middle 95 % of the
/// means is the interval. All estimates of one seed and one number of windows come from the same draws, so they belong together.
/// </summary>
internal sealed class Bootstrap(int seed, int resamples)
{
    /// <summary>The sum of all sums over that of all counts.</summary>
    public RetentionEstimate Mean(double[] sums, double[] counts)
    {
        var random = new Random(seed);
        double[] means = new double[resamples];
        for (int sample = 0; sample < resamples; sample++)
        {
            double sum = 0, count = 0;
            for (int i = 0; i < sums.Length; i++)
            {
                int window = random.Next(sums.Length);
                sum += sums[window];
                count += counts[window];
            }

            means[sample] = sum / count;
        }

        Array.Sort(means);
        return new() { Value = sums.Sum() / counts.Sum(), Low = Quantile(means, 0.025), High = Quantile(means, 0.975) };
    }

    /// <summary>Both means, and that of the difference of each window's sums.</summary>
    public RetentionChange Change(double[] before, double[] after, double[] counts) => new()
    {
        Before = Mean(before, counts),
        After = Mean(after, counts),
        Difference = Mean([.. after.Zip(before, (a, b) => a - b)], counts),
    };

    private static double Quantile(double[] ordered, double share) => ordered[(int)Math.Round(share * (ordered.Length - 1))];
}
