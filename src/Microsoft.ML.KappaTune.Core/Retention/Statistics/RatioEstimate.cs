namespace Microsoft.ML.KappaTune.Retention.Statistics;

/// <summary>A ratio of two sums over samples, and how far it could be chance.</summary>
/// <param name="Value">Σy / Σx.</param>
/// <param name="StandardError">That of a ratio estimator: with residuals e = y − Value · x, √(n/(n − 1) · Σe²) / Σx.</param>
internal readonly record struct RatioEstimate(double Value, double StandardError)
{
    /// <summary>Estimates the ratio of the sums.</summary>
    /// <param name="numerators">y, by sample; 2 or more.</param>
    /// <param name="denominators">x, by sample; their sum isn't 0.</param>
    public static RatioEstimate Create(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators)
    {
        double sum = denominators.Sum(), value = numerators.Sum() / sum;
        double squares = numerators.Zip(denominators, (y, x) => (y - value * x) * (y - value * x)).Sum();
        int count = numerators.Count;
        return new(value, Math.Sqrt(count / (count - 1.0) * squares) / sum);
    }

    /// <summary>The value and so many standard errors.</summary>
    public double Above(double deviations) => Value + deviations * StandardError;
}
