using Microsoft.ML.KappaTune.Study;
using Epoch = (double Loss, double Forgetting, double Accuracy);

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>The arithmetic of matched adaptation, on runs small enough to work out by hand.</summary>
public sealed class MatchingTests
{
    [Fact]
    public void A_run_is_interpolated_where_it_first_is_down_to_the_loss()
    {
        // Down from 1.0 to 0.6 in the second epoch; 0.7 is three quarters of the way.
        ComparisonCell cell = Cell("a", 1e-3, 1, (2.0, 0.0, 0.2), (1.0, 0.1, 0.4), (0.6, 0.5, 0.8), (0.9, 9, 0.9), (0.5, 9, 0.9));
        MatchedPoint point = Matching.At(cell, 0.7)!;
        Assert.Equal(1.75, point.Epoch, 1e-12);
        Assert.Equal(0.1 + 0.75 * 0.4, point.Forgetting[0], 1e-12);
        Assert.Equal(2 * point.Forgetting[0], point.Forgetting[1], 1e-12);
        Assert.Equal(0.4 + 0.75 * 0.4, point.Accuracy, 1e-12);
        Assert.Equal((0.1 + 0.75 * 0.4) / 10, point.AccuracyLost, 1e-12);
        Assert.Equal(0.1 + 0.75 * 0.4, 100 * point.Drift, 1e-12);

        // At a point exactly, before the first step, and never.
        Assert.Equal(0.5, Matching.At(cell, 0.6)!.Forgetting[0], 1e-12);
        Assert.Equal(0, Matching.At(cell, 3)!.Epoch);
        Assert.Null(Matching.At(cell, 0.4));
    }

    [Fact]
    public void Models_that_hear_are_compared_where_they_first_make_as_few_errors()
    {
        // Errors go 2, 1, 0.5, 0.75: 0.7 is six tenths of the way in the second epoch, whatever the losses are.
        ComparisonCell cell = Hearing(
            Cell("a", 1e-3, 1, (1, 0.0, 0), (3, 0.1, 0), (2, 0.5, 0), (1, 9, 0)), (2, 3), (1, 1), (0.5, 0.5), (0.75, 9));
        MatchedPoint point = Matching.At(cell, 0.7, byErrors: true)!;
        Assert.Equal(1.6, point.Epoch, 1e-12);
        Assert.Equal(0.1 + 0.6 * 0.4, point.Forgetting[0], 1e-12);
        Assert.Equal(1 - 0.6 * 0.5, point.CharacterErrorRate!.Value, 1e-12);
        Assert.Null(Matching.At(cell, 0.4, byErrors: true));

        ComparisonCell other = Hearing(Cell("b", 1e-3, 1, (1, 0, 0), (3, 0.3, 0)), (2, 3), (0.6, 1));
        Assert.Equal(0.6, Matching.CommonLoss([Method("a"), Method("b")], [cell, other], [], 1, byErrors: true));
        MatchedAdaptation matched = Matching.Match([Method("a"), Method("b")], [cell, other], [], 0.6, byErrors: true);
        Assert.Equal((null, 0.6), (matched.TrainLoss, matched.WordErrorRate));
        Assert.Equal([1, 1], matched.Rows.Select(row => row.Reached));
        Assert.Equal(0.6, matched.Rows[0].CharacterErrorRate!.Mean, 1e-12);
        Assert.Equal(0.3, matched.Rows[1].Forgetting!.Mean, 1e-12);
        Assert.Equal(Matching.At(other, 0.6, byErrors: true)!.Epoch, Matching.At(other, matched)!.Epoch);
    }

    [Fact]
    public void An_epochs_loss_is_that_of_its_steps()
    {
        List<ComparisonPoint> points = [.. Cell("a", 1e-3, 1, (9, 0, 0), (9, 0, 0), (9, 0, 0)).Points];
        EpochLosses.Fill(points, [.. new[] { 5.0, 3, 2, 1 }.Select((loss, i) => new StepLoss(i + 1, loss, 1e-3))]);
        Assert.Equal([(0, 5.0), (2, 4.0), (4, 1.5)], points.Select(point => (point.Step!.Value, point.TrainLoss)));
    }

    [Fact]
    public void What_training_took_and_how_far_predictions_went_are_those_of_that_place()
    {
        ComparisonCell cell = Cell("a", 1e-3, 1, (2.0, 0, 0), (1.0, 0.1, 0.4), (0.6, 0.5, 0.8)) with { TrainingSeconds = 8 };
        cell = cell with { Points = [.. cell.Points.Select(point => point with { Divergence = point.Epoch })] };
        MatchedRow row = Assert.Single(Matching.Match([Method("a")], [cell], [], 0.8).Rows);
        Assert.Equal((1.5, 6.0), (Math.Round(row.Divergence!.Mean, 12), Math.Round(row.TrainingSeconds!.Mean, 12)));
        ComparisonCell older = cell with { Seed = 2, TrainingSeconds = null };
        row = Assert.Single(Matching.Match([Method("a")], [cell, older], [], 0.8).Rows);
        Assert.Null(row.TrainingSeconds);
        Assert.NotNull(row.Divergence);
    }

    [Fact]
    public void The_common_loss_is_the_lowest_that_most_methods_reach_with_all_seeds()
    {
        ComparedMethod[] methods = [Method("a"), Method("b"), Method("c"), Method("d")];
        ComparisonCell[] cells =
        [
            // a: the slower of two seeds reaches 0.2 with the better rate.
            Cell("a", 1e-4, 1, (2, 0, 0), (0.5, 0, 0)), Cell("a", 1e-4, 2, (2, 0, 0), (0.6, 0, 0)),
            Cell("a", 1e-3, 1, (2, 0, 0), (0.1, 0, 0)), Cell("a", 1e-3, 2, (2, 0, 0), (0.2, 0, 0)),
            Cell("b", 1e-3, 1, (2, 0, 0), (0.3, 0, 0)),
            // c: would reach 0.01, but a run with that rate failed.
            Cell("c", 1e-3, 1, (2, 0, 0), (0.01, 0, 0)), Cell("c", 1e-4, 1, (2, 0, 0), (0.4, 0, 0)),
            Cell("d", 1e-3, 1, (2, 0, 0), (1.5, 0, 0)),
        ];
        ComparisonFailure[] failures = [new() { Method = "c", LearningRate = 1e-3, Seed = 2, Message = "It diverged." }];
        Assert.Equal(0.4, Matching.CommonLoss(methods, cells, failures, 0.75));
        Assert.Equal(1.5, Matching.CommonLoss(methods, cells, failures, 1));
        Assert.Equal(0.3, Matching.CommonLoss(methods, cells, failures, 0.5));
        Assert.Equal(0.3, Matching.CommonLoss(methods, cells, [], 0.75));
        Assert.Null(Matching.CommonLoss(methods, [], failures, 0.75));
    }

    [Fact]
    public void Each_method_has_a_row_a_rate_and_its_best_is_what_most_runs_reach_with_least_forgetting()
    {
        ComparisonCell[] cells =
        [
            // Forgets less, but one of its two runs doesn't get there.
            Cell("a", 1e-4, 1, (2, 0, 0), (0.5, 0.1, 0.5)), Cell("a", 1e-4, 2, (2, 0, 0), (0.9, 0.1, 0.5)),
            Cell("a", 1e-3, 1, (2, 0, 0), (0.5, 0.4, 0.8)), Cell("a", 1e-3, 2, (2, 0, 0), (0.5, 0.6, 0.9)),
            Cell("a", 1e-2, 1, (2, 0, 0), (0.5, 2, 0.8)), Cell("a", 1e-2, 2, (2, 0, 0), (0.5, 3, 0.8)),
            Cell("b", 1e-3, 1, (2, 0, 0), (1.9, 0.4, 0.8)),
        ];
        ComparisonFailure[] failures = [new() { Method = "b", LearningRate = 1e-2, Seed = 1, Message = "It diverged." }];
        MatchedAdaptation matched = Matching.Match([Method("a"), Method("b")], cells, failures, 0.5);
        Assert.Equal(
            [("a", 1e-4, false, 1, 2), ("a", 1e-3, true, 2, 2), ("a", 1e-2, false, 2, 2), ("b", 1e-3, false, 0, 1),
                ("b", 1e-2, false, 0, 1)],
            matched.Rows.Select(row => (row.Method, row.LearningRate, row.Best, row.Reached, row.Runs)));

        // Mean 0.5 of 0.4 and 0.6; t of one degree of freedom is 12.706, and the mean's error is 0.1.
        MeanInterval forgetting = matched.Rows[1].Forgetting!;
        Assert.Equal(0.5, forgetting.Mean, 1e-12);
        Assert.Equal(0.5 - 1.2706, forgetting.Low!.Value, 1e-4);
        Assert.Equal(0.5 + 1.2706, forgetting.High!.Value, 1e-4);
        Assert.Equal(2 * 0.5, matched.Rows[1].ForgettingByControl[1].Mean, 1e-12);
        Assert.Equal(0.1, matched.Rows[0].Forgetting!.Mean, 1e-12);
        Assert.Null(matched.Rows[0].Forgetting!.Low);
        Assert.Null(matched.Rows[3].Forgetting);
        Assert.Empty(matched.Rows[3].ForgettingByControl);
    }

    [Fact]
    public void Ranks_correlate_as_worked_out_by_hand()
    {
        // Squared differences of ranks: 1, 1, 0, 0, so 1 - 6·2 / (4·15).
        Assert.Equal(0.8, Statistics.Spearman([10, 20, 30, 40], [2, 1, 3, 4]), 1e-12);
        Assert.Equal(1, Statistics.Spearman([1, 2, double.PositiveInfinity], [0, 1, 5]), 1e-12);
        Assert.Equal(-1, Statistics.Spearman([1, 2, 3], [9, 8, -7]), 1e-12);
        // Equal values share ranks 1.5: Pearson's of (1.5, 1.5, 3) and (1, 2, 3).
        Assert.Equal(Math.Sqrt(3) / 2, Statistics.Spearman([5, 5, 7], [1, 2, 3]), 1e-12);

        double[] x = [.. Enumerable.Range(0, 40).Select(i => (double)i)], noise = [.. x.Select(i => (i * 17 + 5) % 40)];
        (double low, double high) = Statistics.SpearmanInterval(x, x);
        Assert.Equal(2, low + high, 1e-12);
        (low, high) = Statistics.SpearmanInterval(x, noise);
        Assert.True(low < 0 && high > 0 && high - low is > 0.3 and < 0.9, $"{low} to {high}");
        Assert.Equal((low, high), Statistics.SpearmanInterval(x, noise));
    }

    [Fact]
    public void Within_groups_what_differs_between_groups_is_silent()
    {
        // The groups differ much and in step; within each, the order is the opposite.
        double[] a = [1, 2, 3, 101, 102, 103], b = [3, 2, 1, 503, 502, 501];
        object?[] groups = ["x", "x", "x", null, null, null];
        Assert.True(Statistics.Spearman(a, b) > 0);
        Assert.Equal(-1, Statistics.SpearmanWithin(a, b, groups)!.Value, 1e-12);
        // Groups of one have no order.
        Assert.Null(Statistics.SpearmanWithin([1, 2, 3], [1, 2, 3], ["x", "y", "z"]));
    }

    [Fact]
    public void An_interval_needs_two_values()
    {
        Assert.Null(Statistics.Mean(Array.Empty<double>()));
        Assert.Equal(new MeanInterval(3, null, null), Statistics.Mean([3]));
        // Deviation 1 of three values: t of two degrees of freedom, 4.3027, over √3.
        MeanInterval three = Statistics.Mean([1, 2, 3])!;
        Assert.Equal(2, three.Mean, 1e-12);
        Assert.Equal(2 + 4.302653 / Math.Sqrt(3), three.High!.Value, 1e-5);
        Assert.Equal(three.Mean - three.Low!.Value, three.High.Value - three.Mean, 1e-12);
    }

    [Fact]
    public void Runs_of_a_seed_or_of_a_draw_are_no_runs_of_their_own()
    {
        // Draws differ by 1, seeds hardly, and the other way round: t of one degree of freedom, 12.7062, times 0.5.
        foreach (bool byDraw in new[] { true, false })
        {
            MeanInterval mean = Statistics.Mean(
                [.. Enumerable.Range(0, 4).Select(i => (byDraw ? i % 2 : i / 2, byDraw ? i / 2 : i % 2, (i / 2) + (0.01 * (i % 2))))])!;
            Assert.Equal(0.505, mean.Mean, 1e-12);
            Assert.Equal(0.505 + 12.7062 * 0.5, mean.High!.Value, 1e-4);
        }

        // Of one draw, as of a method that isn't random, seeds alone tell; of one seed, draws alone.
        Assert.Equal(Statistics.Mean([1, 2, 4]), Statistics.Mean([(1, 0, 1), (2, 0, 2), (3, 0, 4)]));
        Assert.Equal(Statistics.Mean([1, 2, 4]), Statistics.Mean([(1, 0, 1), (1, 1, 2), (1, 2, 4)]));
        Assert.Equal(new MeanInterval(3, null, null), Statistics.Mean([(1, 0, 3)]));
    }

    [Fact]
    public void Others_are_set_against_lowest_kappa_seed_by_seed()
    {
        double[] lowest = [0.1, 0.2, 0.3];
        (string Method, double[] Forgetting)[] all =
        [
            ("kappa-lowest", lowest), ("b", [0.2, 0.4, 0.45]), ("same", lowest), ("one-seed", [0.5]),
        ];
        ComparisonCell[] cells =
        [
            .. all.SelectMany(made => made.Forgetting.Select(
                (forgetting, i) => Cell(made.Method, 1e-3, i + 1, (2, 0, 0), (0.5, forgetting, 0.8)))),
        ];
        MatchedAdaptation matched = Matching.Match([.. all.Select(made => Method(made.Method))], cells, [], 0.5);
        Assert.Equal(["b", "same"], matched.Differences.Select(difference => difference.Method));
        MatchedDifference b = matched.Differences[0];
        Assert.Equal((3, 0.15), (b.Seeds, Math.Round(b.Forgetting.Mean, 12)));
        // t = 0.15 / (0.05 / √3), and for two degrees of freedom p = 1 − t / √(t² + 2).
        double t = 3 * Math.Sqrt(3);
        Assert.Equal(1 - t / Math.Sqrt(t * t + 2), b.P, 1e-9);
        Assert.Equal(2 * b.P, b.HolmP, 1e-12);
        Assert.Equal((1, 1), (matched.Differences[1].P, matched.Differences[1].HolmP));
        Assert.Empty(Matching.Match([Method("b")], cells, [], 0.5).Differences);
    }

    [Fact]
    public void Holms_correction_never_turns_an_order_around() =>
        Assert.Equal([0.03, 0.06, 0.06, 0.02], Statistics.Holm([0.01, 0.04, 0.03, 0.005]).Select(value => Math.Round(value, 12)));

    private static ComparedMethod Method(string id) => new()
    {
        Id = id,
        Title = id,
        Description = id,
        Group = "control",
        Trainable = 1,
        Tensors = 1,
        Draws = [],
    };

    /// <summary>The same run with errors in words and characters.</summary>
    private static ComparisonCell Hearing(ComparisonCell cell, params (double Words, double Characters)[] errors) => cell with
    {
        Points =
        [
            .. cell.Points.Zip(errors, (point, each) => point with { WordErrorRate = each.Words, CharacterErrorRate = each.Characters }),
        ],
    };

    /// <summary>Forgetting is that on the first control; twice as much on the second, a tenth of accuracy, a hundredth of drift.</summary>
    private static ComparisonCell Cell(string method, double rate, int seed, params Epoch[] points) => new()
    {
        Method = method,
        LearningRate = rate,
        Seed = seed,
        Seconds = 1,
        Points =
        [
            .. points.Select((point, epoch) => new ComparisonPoint
            {
                Epoch = epoch,
                TrainLoss = point.Loss,
                TestLoss = point.Loss,
                Accuracy = point.Accuracy,
                MacroAccuracy = point.Accuracy,
                Drift = point.Forgetting / 100,
                Retention =
                [
                    new()
                    {
                        LossBefore = 3,
                        LossAfter = 3 + point.Forgetting,
                        AccuracyBefore = 1,
                        AccuracyAfter = 1 - point.Forgetting / 10,
                    },
                    new() { LossBefore = 4, LossAfter = 4 + 2 * point.Forgetting, AccuracyBefore = 1, AccuracyAfter = 1 },
                ],
            }),
        ],
    };
}
