namespace Microsoft.ML.KappaTune.Retention.Statistics;

/// <summary>
/// Intervals for means over windows of unequal size: windows are drawn with replacement, again and again, and the middle 95 % of the means
/// is the interval. All estimates of one seed and one number of windows use the same draws, so that they can be compared.
/// </summary>
internal sealed class Bootstrap(int seed, int resamples)
{
    /// <summary>The mean over all windows: the sum of their sums, divided by the sum of their counts.</summary>
    public RetentionEstimate Mean(double[] sums, double[] counts) => Estimate(sums, sums, counts, (mean, _) => mean);

    /// <summary>The means before and after, and the mean of the windows' differences.</summary>
    public RetentionChange Change(double[] before, double[] after, double[] counts) => new()
    {
        Before = Mean(before, counts),
        After = Mean(after, counts),
        Difference = Mean([.. after.Zip(before, (a, b) => a - b)], counts),
    };

    /// <summary>The exponentials of both means, and their difference: perplexities, where the means are of losses.</summary>
    public RetentionChange Perplexity(double[] before, double[] after, double[] counts) => new()
    {
        Before = Estimate(before, before, counts, (mean, _) => Math.Exp(mean)),
        After = Estimate(after, after, counts, (mean, _) => Math.Exp(mean)),
        Difference = Estimate(before, after, counts, (first, second) => Math.Exp(second) - Math.Exp(first)),
    };

    /// <summary>Estimates a function of two means over the same windows.</summary>
    private RetentionEstimate Estimate(double[] first, double[] second, double[] counts, Func<double, double, double> function)
    {
        var random = new Random(seed);
        double[] values = new double[resamples];
        for (int sample = 0; sample < resamples; sample++)
        {
            double firstSum = 0, secondSum = 0, count = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                int window = random.Next(counts.Length);
                firstSum += first[window];
                secondSum += second[window];
                count += counts[window];
            }

            values[sample] = function(firstSum / count, secondSum / count);
        }

        Array.Sort(values);
        return new()
        {
            Value = function(first.Sum() / counts.Sum(), second.Sum() / counts.Sum()),
            Low = Quantile(values, 0.025),
            High = Quantile(values, 0.975),
        };
    }

    /// <summary>A quantile of values in ascending order.</summary>
    public static double Quantile(IReadOnlyList<double> ordered, double share) => ordered[(int)Math.Round(share * (ordered.Count - 1))];
}
