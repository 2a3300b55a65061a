using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune.Tests.Spectra;

public class GaussianConditionNumberTests
{
    // The tolerance is the law's own error, as its remarks state it, and three standard errors of the sample's mean.
    [Theory]
    [InlineData(2, 2, 2000, 0.25)]
    [InlineData(3, 3, 2000, 0.25)]
    [InlineData(3, 2, 2000, 0.25)]
    [InlineData(4, 8, 1000, 0.25)]
    [InlineData(40, 2, 500, 0.25)]
    [InlineData(16, 16, 400, 0.15)]
    [InlineData(17, 16, 400, 0.15)]
    [InlineData(18, 16, 400, 0.15)]
    [InlineData(16, 20, 400, 0.15)]
    [InlineData(24, 16, 400, 0.15)]
    [InlineData(64, 16, 200, 0.15)]
    [InlineData(64, 64, 40, 0.05)]
    [InlineData(65, 64, 40, 0.05)]
    [InlineData(64, 72, 30, 0.05)]
    [InlineData(128, 64, 20, 0.05)]
    public void The_law_agrees_with_sampled_matrices(int rows, int columns, int samples, double tolerance)
    {
        var random = new Random(HashCode(rows, columns));
        double[] logs = new double[samples];
        for (int i = 0; i < samples; i++)
            logs[i] = Math.Log(JacobiSvd.ConditionNumber(Gaussian(random, rows, columns)));
        double mean = logs.Average(), error = Math.Sqrt(logs.Sum(x => (x - mean) * (x - mean)) / samples / samples);

        Assert.InRange(Math.Log(GaussianConditionNumber.Expected(rows, columns)) - mean, -tolerance - 3 * error, tolerance + 3 * error);
        Assert.True(3 * error < 0.5, "Too few samples to tell anything.");
    }

    [Fact]
    public void It_tends_to_the_known_limits()
    {
        // Square: E[log κ] = log n + 1.537. One more row: √2 exp(γ/2) n. Far from square: the edges alone.
        Assert.Equal(1.537, Math.Log(GaussianConditionNumber.Expected(1_000_000, 1_000_000) / 1_000_000), 2);
        Assert.Equal(Math.Sqrt(2) * Math.Exp(0.5772157 / 2), GaussianConditionNumber.Expected(1_000_001, 1_000_000) / 1_000_000, 2);
        double ratio = Math.Sqrt(0.25);
        Assert.Equal((1 + ratio) / (1 - ratio), GaussianConditionNumber.Expected(4_000_000, 1_000_000), 2);
    }

    [Fact]
    public void It_falls_from_square_to_long_and_is_the_same_transposed()
    {
        foreach (int n in new[] { 2, 3, 8, 64, 768, 4096 })
        {
            double last = double.PositiveInfinity;
            foreach (int m in Enumerable.Range(n, 20).Concat([2 * n + 20, 4 * n + 20, 100 * n]))
            {
                double expected = GaussianConditionNumber.Expected(m, n);
                Assert.Equal(expected, GaussianConditionNumber.Expected(n, m));
                Assert.InRange(expected, 1, last);
                last = expected;
            }
        }
    }

    [Fact]
    public void A_dimension_of_one_gives_one()
    {
        Assert.Equal(1, GaussianConditionNumber.Expected(1, 1));
        Assert.Equal(1, GaussianConditionNumber.Expected(1, 2));
        Assert.Equal(1, GaussianConditionNumber.Expected(4096, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianConditionNumber.Expected(0, 3));
    }

    private static int HashCode(int rows, int columns) => rows * 1000 + columns;

    private static double[][] Gaussian(Random random, int rows, int columns) =>
        [.. Enumerable.Range(0, columns).Select(_ => Enumerable.Range(0, rows).Select(_ => Normal(random)).ToArray())];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
