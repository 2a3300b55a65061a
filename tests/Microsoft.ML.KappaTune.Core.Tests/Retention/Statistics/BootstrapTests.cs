using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Tests.Retention.Statistics;

public class BootstrapTests
{
    [Fact]
    public void The_interval_is_that_of_a_mean()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())];
        RetentionEstimate estimate = new Bootstrap(0, 2000).Mean(values, [.. values.Select(_ => 1.0)]);
        Assert.Equal(values.Average(), estimate.Value, 1e-12);
        // 1.96 standard errors to either side: √(1/12/400) = 0.01443.
        Assert.Equal(0.0283, estimate.Value - estimate.Low, 0.003);
        Assert.Equal(0.0283, estimate.High - estimate.Value, 0.003);
    }

    [Fact]
    public void Windows_weigh_by_their_counts()
    {
        RetentionEstimate estimate = new Bootstrap(0, 100).Mean([6, 1], [3, 1]);
        Assert.Equal(7 / 4.0, estimate.Value);
        Assert.Equal((1, 2), (estimate.Low, estimate.High));
    }

    [Fact]
    public void The_difference_is_of_the_same_windows()
    {
        var random = new Random(1);
        double[] before = [.. Enumerable.Range(0, 50).Select(_ => 10 * random.NextDouble())], counts = [.. before.Select(_ => 1.0)];
        RetentionChange change = new Bootstrap(0, 500).Change(before, [.. before.Select(value => value + 0.5)], counts);
        Assert.Equal((0.5, 0.5), (Math.Round(change.Difference.Low, 9), Math.Round(change.Difference.High, 9)));
        Assert.True(change.Before.High - change.Before.Low > 1);
        Assert.Equal(change.Before.Low + 0.5, change.After.Low, 1e-9);
    }

    [Fact]
    public void Perplexities_are_the_exponentials_of_means()
    {
        double[] before = [1, 2, 3, 4], after = [2, 2, 4, 5], counts = [1, 1, 2, 2];
        var bootstrap = new Bootstrap(0, 500);
        RetentionChange losses = bootstrap.Change(before, after, counts), change = bootstrap.Perplexity(before, after, counts);
        Assert.Equal(Math.Exp(10 / 6.0), change.Before.Value, 1e-12);
        Assert.Equal(Math.Exp(13 / 6.0), change.After.Value, 1e-12);
        Assert.Equal((Math.Exp(losses.After.Low), Math.Exp(losses.After.High)), (change.After.Low, change.After.High));
        Assert.Equal(change.After.Value - change.Before.Value, change.Difference.Value, 1e-12);
        // Of the same windows: never the one's best and the other's worst.
        Assert.True(change.Difference.Low >= 0);
        Assert.True(change.Difference.High < change.After.High - change.Before.Low);
        Assert.Equal(new() { Value = 0, Low = 0, High = 0 }, bootstrap.Perplexity(before, before, counts).Difference);
    }

    [Fact]
    public void A_seed_decides() =>
        Assert.Equal(new Bootstrap(5, 100).Mean([1, 2, 4], [1, 1, 1]), new Bootstrap(5, 100).Mean([1, 2, 4], [1, 1, 1]));
}
