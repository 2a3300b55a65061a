using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Tests.Retention.Statistics;

/// <summary>How far a ratio could be chance: against drawing the samples anew, and against the bootstrap.</summary>
public sealed class RatioEstimateTests
{
    [Fact]
    public void By_hand()
    {
        // Residuals 1 − 2, 3 − 2 and 2 − 2, of a ratio of 2.
        RatioEstimate estimate = RatioEstimate.Create([1, 3, 2], [1, 1, 1]);
        Assert.Equal(2, estimate.Value, 1e-12);
        Assert.Equal(Math.Sqrt(3.0 / 2 * 2) / 3, estimate.StandardError, 1e-12);
        Assert.Equal(2 + 1.5 * estimate.StandardError, estimate.Above(1.5), 1e-12);
        Assert.Equal(new(2, 0), RatioEstimate.Create([2, 8, 4], [1, 4, 2]));
        Assert.Equal(new(0, 0), RatioEstimate.Create([0, 0], [3, 5]));
    }

    [Theory, InlineData(12, 0.15), InlineData(60, 0.05), InlineData(200, 0.05)]
    public void It_spreads_as_drawn_samples_do(int count, double tolerance)
    {
        var random = new Random(2);
        RatioEstimate[] estimates = [.. Enumerable.Range(0, 3000).Select(_ => Estimate(Draw(random, count)))];
        double mean = estimates.Average(estimate => estimate.Value);
        double spread = Math.Sqrt(estimates.Average(estimate => (estimate.Value - mean) * (estimate.Value - mean)));
        double said = Math.Sqrt(estimates.Average(estimate => estimate.StandardError * estimate.StandardError));
        Assert.Equal(0.5, mean, 0.02);
        Assert.InRange(said / spread, 1 - tolerance, 1 + tolerance);
        // What decides: the truth is below the bound in about 95 of 100.
        Assert.InRange(estimates.Average(estimate => estimate.Above(1.645) >= 0.5 ? 1.0 : 0), 0.9, 0.99);
    }

    [Fact]
    public void It_agrees_with_the_bootstrap()
    {
        (double[] numerators, double[] denominators) = Draw(new(4), 150);
        RatioEstimate estimate = RatioEstimate.Create(numerators, denominators);
        RetentionEstimate drawn = new Bootstrap(seed: 0, resamples: 4000).Mean(numerators, denominators);
        Assert.Equal(drawn.Value, estimate.Value, 1e-12);
        Assert.InRange((drawn.High - drawn.Low) / (2 * 1.96) / estimate.StandardError, 0.93, 1.07);
    }

    private static RatioEstimate Estimate((double[] Numerators, double[] Denominators) drawn) =>
        RatioEstimate.Create(drawn.Numerators, drawn.Denominators);

    /// <summary>Samples of unequal size: half of it, and noise that grows with it.</summary>
    private static (double[] Numerators, double[] Denominators) Draw(Random random, int count)
    {
        double[] denominators = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(5, 21))];
        return ([.. denominators.Select(size => size * (0.5 + Math.Sqrt(3) * (2 * random.NextDouble() - 1)))], denominators);
    }
}
