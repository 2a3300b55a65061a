using Microsoft.ML.KappaTune.Training.Budgets;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>The search for a rate, with made-up answers instead of training.</summary>
public sealed class RateSearchTests
{
    private const double First = 1e-4;

    /// <summary>The first rate, 12 places of the grid below it and 3 above.</summary>
    private const double Lowest = First / 4096, Highest = First * 8;

    /// <summary>The rate at which all of the budget would be used, and how use grows with the rate.</summary>
    public static TheoryData<double, double> Budgets => new()
    {
        { 1.1e-4, 1.25 }, { 1.3e-4, 1.25 }, { 6e-4, 1.25 }, { 1.5e-6, 1.25 }, { 4e-5, 1.25 },
        { 7e-5, 1 }, { 7e-5, 2 }, { 5e-4, 2 }, { 3e-6, 2 }, { 1e-5, 1 },
    };

    [Theory, MemberData(nameof(Budgets))]
    public void Four_probes_at_most_find_the_rate(double limit, double exponent)
    {
        (List<RateProbe> probes, double rate) = Search(tried => Math.Pow(tried / limit, exponent));
        double used = Math.Pow(rate / limit, exponent);
        Assert.InRange(used, 0.75, 1);
        // What the search goes by is the exponent that it knows, with which it hits.
        if (exponent == ForgettingCurve.OfLoss.Exponent)
            Assert.Equal(ForgettingCurve.Target, used, 1e-6);
        Assert.InRange(probes.Count, 2, RateSearch.MostProbes);
    }

    [Fact]
    public void Two_neighbours_on_both_sides_of_the_budget_are_enough()
    {
        var search = new RateSearch(ForgettingCurve.OfLoss, First);
        RateProbe[] probes = [Probe(First, 0.5), Probe(2 * First, 2)];
        Assert.Null(search.Next(probes));
        // In logarithms: log(0.9/0.5) of log(2/0.5), of one place.
        Assert.Equal(First * Math.Pow(2, Math.Log(1.8) / Math.Log(4)), search.Choose(probes), 1e-12);
        // What is within and uses more than is aimed at is taken as it is.
        Assert.Equal(First, search.Choose([Probe(First, 0.95), Probe(2 * First, 2)]), 1e-15);
    }

    [Fact]
    public void Where_every_rate_is_within_it_is_the_highest_of_the_grid()
    {
        (List<RateProbe> probes, double rate) = Search(_ => 1e-6);
        Assert.Equal(Highest, rate, 1e-12);
        Assert.Equal([First, Highest], probes.Select(probe => probe.LearningRate));
    }

    [Fact]
    public void Where_every_rate_is_beyond_it_goes_down_and_ends_at_the_lowest_of_the_grid()
    {
        (List<RateProbe> probes, double rate) = Search(_ => 1e9);
        Assert.Equal([First, First / 8, First / 64, First / 512], probes.Select(probe => probe.LearningRate));
        Assert.Equal(Lowest, rate, 1e-15);
        // Little beyond at the lowest one that was tried, the curve says how much lower.
        (_, rate) = Search(tried => tried <= First / 512 ? 1.8 : 1e9);
        Assert.Equal(First / 512 * Math.Pow(0.5, 0.8), rate, 1e-12);
    }

    [Theory, InlineData(double.PositiveInfinity), InlineData(double.NaN)]
    public void Rates_that_diverge_are_beyond(double expected)
    {
        (_, double rate) = Search(tried => tried < 1.5 * First ? 0.4 : expected);
        // How far it may go beyond what was tried, the curve says: as far as below the rate that diverged.
        Assert.Equal(First, rate, 1e-12);
        (_, rate) = Search(tried => tried < First ? 0.4 : expected);
        Assert.InRange(rate, First / 8, First / 2 * 1.000001);
        (List<RateProbe> all, rate) = Search(_ => expected);
        Assert.Equal((RateSearch.MostProbes, Lowest), (all.Count, rate));
    }

    [Fact]
    public void A_rate_that_learns_less_than_a_lower_one_is_beyond()
    {
        RateProbe[] probes = [Probe(First, 0.1), Probe(8 * First, 0.5) with { LossAfter = 1.3 }];
        Assert.Equal(4 * First, new RateSearch(ForgettingCurve.OfLoss, First).Next(probes)!.Value, 1e-12);
        Assert.Equal(4 * First, new RateSearch(ForgettingCurve.OfLoss, First).Choose([.. probes, Probe(4 * First, 0.3)]), 1e-12);
        // A little higher may be chance.
        Assert.Null(new RateSearch(ForgettingCurve.OfLoss, First).Next([probes[0], Probe(8 * First, 0.5) with { LossAfter = 1.2 }]));
    }

    [Fact]
    public void Where_the_loss_fell_the_rate_is_between_that_probe_and_the_first_beyond()
    {
        (_, double rate) = Search(tried => tried < 3 * First ? -0.1 : 0.9 + tried / (8 * First));
        Assert.InRange(rate, 2 * First, 4 * First);
        (_, rate) = Search(_ => -0.1);
        Assert.Equal(Highest, rate, 1e-12);
    }

    [Fact]
    public void A_rate_that_is_within_above_one_that_isn_t_counts_for_nothing()
    {
        RateProbe[] probes = [Probe(First, 3), Probe(4 * First, 0.5)];
        Assert.Equal(First * Math.Pow(0.3, 0.8), new RateSearch(ForgettingCurve.OfLoss, First).Choose(probes), 1e-12);
        Assert.InRange(new RateSearch(ForgettingCurve.OfLoss, First).Next(probes)!.Value, Lowest, First / 2);
    }

    [Fact]
    public void It_stays_on_its_grid_whatever_it_is_told()
    {
        var random = new Random(5);
        for (int i = 0; i < 2000; i++)
        {
            (List<RateProbe> probes, double rate) = Search(_ => random.Next(4) switch
            {
                0 => double.PositiveInfinity,
                1 => -random.NextDouble(),
                _ => Math.Pow(10, 12 * random.NextDouble() - 6),
            });
            Assert.InRange(probes.Count, 1, RateSearch.MostProbes);
            Assert.Equal(probes.Count, probes.Select(probe => probe.LearningRate).Distinct().Count());
            foreach (double tried in probes.Select(probe => probe.LearningRate).Append(rate))
                Assert.InRange(tried, Lowest * 0.999999, Highest * 1.000001);
            Assert.All(probes, probe => Assert.Equal(
                Math.Round(Math.Log2(probe.LearningRate / First)), Math.Log2(probe.LearningRate / First), 1e-9));
            // Never at or above a rate that was seen to be beyond.
            double[] beyond = [.. probes.Where(probe => !(probe.Expected <= 1)).Select(probe => probe.LearningRate)];
            Assert.True(beyond.Length == 0 || rate < beyond.Min() || beyond.Min() <= Lowest * 1.000001, $"{rate} of {beyond.Length}");
        }
    }

    [Fact]
    public void Use_grows_with_the_path_and_the_path_is_found_from_use()
    {
        Assert.Equal(0.2 * Math.Pow(3, 1.25), ForgettingCurve.OfLoss.UsedAfter(0.2, 3), 1e-12);
        Assert.Equal(-0.2, ForgettingCurve.OfLoss.UsedAfter(-0.2, 3));
        foreach (double used in (double[])[0.01, 0.5, 0.9, 7])
            Assert.Equal(0.9, ForgettingCurve.OfLoss.UsedAfter(used, ForgettingCurve.OfLoss.PathFactorTo(0.9, used)), 1e-12);
        Assert.Equal(ForgettingCurve.OfLoss.PathFactorTo(0.9, 1e-3), ForgettingCurve.OfLoss.PathFactorTo(0.9, -4));
        Assert.Equal(0, ForgettingCurve.OfLoss.PathFactorTo(0.9, double.PositiveInfinity));

        Assert.Equal(ForgettingCurve.OfLoss, ForgettingCurve.Of(new() { Keep = 0.98, MaximumDrift = 0.1 }));
        Assert.Equal(ForgettingCurve.OfChange, ForgettingCurve.Of(new() { MaximumDivergence = 0.1, MaximumDrift = 0.1 }));
        Assert.Equal(0.2 * Math.Pow(3, 1.75), ForgettingCurve.OfChange.UsedAfter(0.2, 3), 1e-12);
    }

    private static (List<RateProbe> Probes, double Rate) Search(Func<double, double> expected)
    {
        var search = new RateSearch(ForgettingCurve.OfLoss, First);
        List<RateProbe> probes = [];
        while (search.Next(probes) is { } rate)
            probes.Add(Probe(rate, expected(rate)));
        return (probes, search.Choose(probes));
    }

    private static RateProbe Probe(double rate, double expected) => new()
    {
        LearningRate = rate,
        Steps = 4,
        LossBefore = 1,
        LossAfter = 1,
        Measured = new(),
        Expected = expected,
    };
}
