using Microsoft.ML.KappaTune.Study;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>What methods come to after the last epoch, with each learning rate, of runs small enough to work out by hand.</summary>
public sealed class LastPointsTests
{
    [Fact]
    public void A_row_is_the_mean_of_the_last_points_of_a_methods_runs_with_a_rate()
    {
        ComparisonResult result = Result(
            Cell("a", 1e-3, 1, loss: 3, kl: 1, lost: 0.25, right: 0.5), Cell("a", 1e-3, 2, loss: 4, kl: 3, lost: -0.5, right: 0.75),
            Cell("a", 1e-4, 1, loss: 5, kl: 0.5, lost: 0, right: 0.25), Cell("b", 1e-3, 1, loss: 9, kl: null, lost: 1, right: 1));
        LastRow[] rows = [.. LastPoints.Create(result)];
        Assert.Equal([("a", 1e-4, 1, 1), ("a", 1e-3, 2, 2), ("b", 1e-3, 1, 1)], rows.Select(Runs));
        // The deviation of two is their distance over √2, the error of their mean half of the distance.
        Near(new(3.5, 0.5), rows[1].TestLoss);
        Near(new(2, 1), rows[1].Divergence);
        Near(new(-0.125, 0.375), rows[1].Forgetting);
        Near(new(0.625, 0.125), rows[1].Accuracy);
        // Of one run there is no error, and of a base that predicts no words no divergence.
        Near(new(5, null), rows[0].TestLoss);
        Assert.Null(rows[2].Divergence);
        Assert.NotNull(rows[2].Forgetting);
    }

    [Fact]
    public void Rates_may_have_unequal_numbers_of_runs_and_failed_ones_are_counted()
    {
        ComparisonResult result = Result(
            Cell("a", 1e-4, 1, 1, 1, 0, 0), Cell("a", 1e-3, 1, 1, 1, 0, 0), Cell("a", 1e-3, 2, 1, 1, 0, 0), Cell("a", 1e-3, 3, 1, 1, 0, 0));
        result = result with { Failures = [Failure("a", 1e-4, 2), Failure("b", 1e-2, 1), Failure("b", 1e-2, 2)] };
        Assert.Equal([("a", 1e-4, 1, 2), ("a", 1e-3, 3, 3), ("b", 1e-2, 0, 2)], LastPoints.Create(result).Select(Runs));
        Assert.Null(LastPoints.Create(result)[2].TestLoss);
    }

    [Fact]
    public void Draws_that_differ_more_than_seeds_decide_the_error()
    {
        // Draws 0 and 1 come to 1 and 3, whatever the seed.
        ComparisonResult result = Result(
            [.. Enumerable.Range(0, 4).Select(i => Cell("a", 1e-3, i % 2, 1 + (i / 2 * 2), 1, 0, 0) with { Draw = i / 2 })]);
        Near(new(2, 1), Assert.Single(LastPoints.Create(result)).TestLoss);
    }

    [Fact]
    public void A_mean_that_is_no_number_is_none()
    {
        LastRow row = Assert.Single(LastPoints.Create(Result(
            Cell("a", 1e-3, 1, double.PositiveInfinity, 1, 0, 0), Cell("a", 1e-3, 2, 1, null, 0, 0))));
        Assert.Null(row.TestLoss);
        Assert.Null(row.Divergence);
        Near(new(0, 0), row.Forgetting);
    }

    private static (string, double, int, int) Runs(LastRow row) => (row.Method, row.LearningRate, row.Ended, row.Runs);

    private static void Near(MeanError expected, MeanError? actual)
    {
        Assert.Equal(expected.Mean, actual!.Mean, 1e-12);
        Assert.Equal(expected.Error ?? double.NaN, actual.Error ?? double.NaN, 1e-12);
    }

    private static ComparisonFailure Failure(string method, double rate, int seed) =>
        new() { Method = method, LearningRate = rate, Seed = seed, Message = "It diverged." };

    private static ComparisonResult Result(params ComparisonCell[] cells) => ComparisonSample.Document(
        new ComparisonSample.Made("a", "A", "control", null), new ComparisonSample.Made("b", "B", "control", null)) with
    {
        Cells = cells,
    };

    /// <summary>Its first point is another, which must not count.</summary>
    private static ComparisonCell Cell(string method, double rate, int seed, double loss, double? kl, double lost, double right) => new()
    {
        Method = method,
        LearningRate = rate,
        Seed = seed,
        Seconds = 1,
        Points = [Point(0, 100, 100, 100, 0), Point(1, loss, kl, lost, right)],
    };

    private static ComparisonPoint Point(int epoch, double loss, double? kl, double lost, double right) => new()
    {
        Epoch = epoch,
        TrainLoss = 1,
        TestLoss = loss,
        Accuracy = right,
        MacroAccuracy = right,
        Retention = [new() { LossBefore = 3, LossAfter = 3 + lost, AccuracyBefore = 1, AccuracyAfter = 1 }],
        Drift = 0,
        Divergence = kl,
    };
}
