using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Budgets;
using Microsoft.ML.KappaTune.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

public sealed class GradientAgreementTests
{
    private const int Steps = 12;

    [Fact]
    public void What_all_batches_share_goes_by_the_path() =>
        // As far as the probe's rates add up to, whatever the squares.
        Assert.Equal(2, Agreement(shared: 1).DistanceOf(new(6, 1), probed: 3), 1e-3);

    [Fact]
    public void Noise_goes_as_a_random_walk()
    {
        // The moments are a mean of so many batches' noise, which a probe goes along in one direction.
        double batches = 19 * (1 - Math.Pow(0.9, Steps)) / (1 + Math.Pow(0.9, Steps));
        Assert.Equal(Math.Sqrt(4 / (9 / batches)), Agreement(shared: 0).DistanceOf(new(6, 4), probed: 3), 0.1);
    }

    [Theory, InlineData(0.1), InlineData(0.5)]
    public void Between_both_the_share_is_found(double shared)
    {
        GradientAgreement agreement = Agreement(shared);
        // Without a path to come but its squares, only the rest goes on; the ratio of both says the share.
        double both = agreement.DistanceOf(new(1, 1), 1), rest = agreement.DistanceOf(new(0, 1), 1);
        Assert.Equal(shared, 1 - rest * rest / (both * both), 0.02);
    }

    [Fact]
    public void Moments_that_are_too_large_say_nothing()
    {
        using Linear layer = nn.Linear(3, 2);
        using TrainedWeights weights = TrainedWeights.CreateForAll(layer, isBFloat16: false);
        using FlatAdamW optimizer = weights.NewOptimizer(0, 0, weightDecay: 0, beta2: 0.999);
        for (int step = 0; step < 3; step++)
        {
            using var mode = no_grad();
            foreach (ParameterGroup group in weights.Groups)
                group.Gradients.fill_(1e30f);
            optimizer.Step();
        }

        Assert.Equal(6, GradientAgreement.Of(optimizer).LengthOf(new(6, 1)));
    }

    /// <summary>Of gradients g = √shared · s + √(1 − shared) · n: s is that of all steps, n drawn anew in each.</summary>
    [Theory, InlineData(0), InlineData(0.05), InlineData(0.5), InlineData(1)]
    public void Steps_to_come_are_fitted_to_a_length(double shared)
    {
        var agreement = new GradientAgreement(shared, batches: 10);
        var random = new Random(4);
        for (int i = 0; i < 100; i++)
        {
            StepSums done = Sums(random), toCome = Sums(random);
            double length = agreement.LengthOf(done) * (0.5 + 3 * random.NextDouble());
            double factor = agreement.FactorTo(length, done, toCome);
            if (length <= agreement.LengthOf(done))
                Assert.Equal(0, factor);
            else
                Assert.Equal(1, agreement.LengthOf(done.Plus(toCome, factor)) / length, 1e-9);
        }

        static StepSums Sums(Random random) =>
            StepSums.Of(Enumerable.Range(0, random.Next(1, 30)).Select(_ => 1e-4 * random.NextDouble()));
    }

    private static GradientAgreement Agreement(double shared)
    {
        using Linear layer = nn.Linear(300, 200);
        using TrainedWeights weights = TrainedWeights.CreateForAll(layer, isBFloat16: false);
        using FlatAdamW optimizer = weights.NewOptimizer(0, 0, weightDecay: 0, beta2: 0.999);
        using var scope = NewDisposeScope();
        var random = new Generator(7);
        foreach (AdamWGroup group in optimizer.Groups)
            group.LearningRate = 0;
        Tensor[] signals = [.. weights.Groups.Select(group => randn(group.Gradients.shape, generator: random))];
        for (int step = 0; step < Steps; step++)
        {
            using var mode = no_grad();
            foreach ((Tensor gradients, Tensor signal) in weights.Groups.Select(group => group.Gradients).Zip(signals))
            {
                using Tensor noise = randn(gradients.shape, generator: random);
                gradients.copy_(signal * (float)Math.Sqrt(shared) + noise * (float)Math.Sqrt(1 - shared));
            }

            optimizer.Step();
        }

        return GradientAgreement.Of(optimizer);
    }
}
