using Microsoft.ML.KappaTune.Training.Budgets;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>How the end of a run chooses between base and tuned, with a made-up model.</summary>
public sealed class BudgetEndTests
{
    private readonly List<double> _set = [];
    private int _measured, _validated;

    private double At => _set.Count == 0 ? 1 : _set[^1];

    [Fact]
    public void What_is_within_stays_as_it_was_trained()
    {
        Assert.Equal((1, 0.97), Choose(_ => 0.97));
        Assert.Empty(_set);
        Assert.Equal(1, _measured);
    }

    [Fact]
    public void It_goes_back_until_it_is_within()
    {
        (double share, double used) = Choose(at => 2 * Math.Pow(at, ForgettingCurve.OfLoss.Exponent));
        Assert.Equal(ForgettingCurve.Target, used, 1e-9);
        Assert.Equal(Math.Pow(0.45, 0.8), share, 1e-9);
        Assert.Equal([share], _set);
        Assert.Equal(2, _measured);
    }

    [Fact]
    public void Where_use_falls_more_slowly_than_the_curve_it_goes_on()
    {
        (double share, double used) = Choose(at => 1.3 * Math.Sqrt(at));
        Assert.InRange(used, 0, 1);
        Assert.InRange(share, 0.5, 1 / (1.3 * 1.3));
        Assert.Equal(_set.OrderDescending(), _set);
        Assert.InRange(_set.Count, 2, BudgetEnd.MostTries);
        // A tenth of the way at least from try to try.
        Assert.All(_set.Zip(_set.Skip(1)), pair => Assert.InRange(pair.Second / pair.First, 0, 0.9 + 1e-12));
    }

    [Fact]
    public void Where_nothing_is_within_it_is_the_base()
    {
        Assert.Equal((0, 0), Choose(at => at == 0 ? 0 : 1.01));
        Assert.Equal((BudgetEnd.MostTries + 1, 0), (_measured, At));
        Assert.Equal(BudgetEnd.MostTries, _set.Count);
    }

    [Theory, InlineData(1e6), InlineData(double.PositiveInfinity)]
    public void Far_beyond_it_is_the_base_at_once(double used)
    {
        Assert.Equal((0, 0), Choose(at => at == 0 ? 0 : used, validate: _ => 1));
        Assert.Equal([0.0], _set);
        Assert.Equal(1, _validated);
    }

    [Theory, InlineData(0.8), InlineData(0.6)]
    public void A_shorter_way_that_validates_better_is_taken(double best)
    {
        (double share, double used) = Choose(at => 0.5 * at, validate: at => Math.Abs(at - best));
        Assert.Equal((best, 0.5 * best), (share, used));
        Assert.Equal((best, 3, 2), (At, _validated, _measured));
    }

    [Fact]
    public void A_shorter_way_is_a_part_of_the_longest_that_is_within()
    {
        (double share, _) = Choose(at => 2 * Math.Pow(at, ForgettingCurve.OfLoss.Exponent), validate: at => at);
        Assert.Equal(0.6 * Math.Pow(0.45, 0.8), share, 1e-9);
    }

    [Fact]
    public void Where_the_longest_validates_best_it_is_set_again()
    {
        Assert.Equal((1, 0.5), Choose(at => 0.5 * at, validate: at => -at));
        Assert.Equal((1, 3, 1), (At, _validated, _measured));
        // As well isn't better.
        _set.Clear();
        Assert.Equal((1, 0.5), Choose(at => 0.5 * at, validate: _ => 1));
        Assert.Equal(1, At);
    }

    [Fact]
    public void A_shorter_way_that_isn_t_within_isn_t_taken()
    {
        Assert.Equal((1, 0.5), Choose(at => at == 1 ? 0.5 : 1.5, validate: at => at));
        Assert.Equal((1, 2), (At, _measured));
    }

    [Fact]
    public void Where_the_curve_led_back_too_far_it_goes_on()
    {
        // Nothing at first and much at last: by the power law, 0.146 of the way would be enough.
        (double share, double used) = Choose(at => 10 * Math.Pow(at, 8));
        Assert.InRange(share, 0.7, 0.75);
        Assert.InRange(used, ForgettingCurve.Little, 1);
        Assert.Equal(6, _measured);
        Assert.Equal(share, At);
        // Beyond it again, the last that was within is set.
        (double back, _) = Choose(at => at is 1 ? 10 : at < 0.15 ? 0.1 : 1.5);
        Assert.Equal(Math.Pow(0.09, 0.8), back, 1e-9);
        Assert.Equal((back, 6), (At, _measured));
    }

    [Fact]
    public void A_longer_part_is_tried_where_there_are_tries_left()
    {
        // It takes five tries to be within, and two longer ways are left.
        (double share, _) = Choose(at => at > 0.7 ? 1.01 : 0.1);
        Assert.Equal(BudgetEnd.MostTries, _measured);
        Assert.InRange(share, 0.6, 0.7);
    }

    [Fact]
    public void What_it_does_on_validation_rows_is_given()
    {
        foreach ((double within, double expected) in (((double, double)[])[(1, 1), (0, 0)]))
        {
            BudgetChoice choice = new BudgetEnd(
                ForgettingCurve.OfLoss, _set.Add, () => Reading(At <= within ? 0 : 1e6), () => new(0.5, At, 0.7),
                ValidationMetric.MicroAccuracy).Choose();
            Assert.Equal(new(0.5, expected, 0.7), choice.Validation);
        }
    }

    [Fact]
    public void The_metric_of_early_stopping_counts()
    {
        foreach ((ValidationMetric metric, double best) in (((ValidationMetric, double)[])
            [(ValidationMetric.Loss, 0.6), (ValidationMetric.MicroAccuracy, 1), (ValidationMetric.MacroAccuracy, 0.8)]))
        {
            _set.Clear();
            double share = new BudgetEnd(
                ForgettingCurve.OfLoss, _set.Add, () => Reading(0), () => new(At, At, At == 0.8 ? 1 : 0), metric).Choose().Share;
            Assert.Equal(best, share);
        }
    }

    private static BudgetReading Reading(double used) => new(new(), used, used, used);

    private (double Share, double Used) Choose(Func<double, double> used, Func<double, double>? validate = null)
    {
        _set.Clear();
        (_measured, _validated) = (0, 0);
        (double share, BudgetReading reading, _) = new BudgetEnd(
            ForgettingCurve.OfLoss,
            _set.Add,
            () =>
            {
                _measured++;
                // The bound decides; the value alone would be within.
                return new(new(), used(At) / 2, 0, used(At));
            },
            validate is null ? null : () =>
            {
                _validated++;
                return new(validate(At), 0, 0);
            },
            ValidationMetric.Loss).Choose();
        return (share, reading.UpperUsed);
    }
}
