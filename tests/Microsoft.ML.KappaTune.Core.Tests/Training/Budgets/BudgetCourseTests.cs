using Microsoft.ML.KappaTune.Training.Budgets;

namespace Microsoft.ML.KappaTune.Tests.Training.Budgets;

/// <summary>What a run does at a measurement, by numbers made by hand.</summary>
public sealed class BudgetCourseTests
{
    private const int MostRollbacks = 3;

    [Fact]
    public void It_goes_on_where_the_budget_lasts()
    {
        BudgetDecision decision = Decide(new() { Done = Steps(1) }, used: 0.35, rest: 1);
        Assert.Equal((BudgetAction.None, 1), (decision.Action, decision.RateFactor));
        Assert.Equal(0.35 * Math.Pow(2, 1.25), decision.Expected, 1e-12);
    }

    [Theory, InlineData(0.8, 1.2), InlineData(0.4, 3), InlineData(0.85, 1), InlineData(0.01, 80)]
    public void The_rate_falls_so_that_the_target_is_used_in_the_end(double used, double rest)
    {
        BudgetDecision decision = Decide(new() { Done = Steps(1) }, used, rest);
        Assert.Equal(BudgetAction.RateLowered, decision.Action);
        Assert.True(decision.Expected > 2, $"{decision.Expected}");
        Assert.InRange(decision.RateFactor, 0.02, 1);
        Assert.Equal(ForgettingCurve.Target, ForgettingCurve.OfLoss.UsedAfter(used, 1 + decision.RateFactor * rest), 1e-9);
    }

    [Theory, InlineData(1, 12), InlineData(0, 3.4641), InlineData(0.05, 5.4772)]
    public void Steps_whose_gradients_differ_lead_less_far(double shared, double factor)
    {
        // Three steps of 36.
        var state = new BudgetState { Done = new(3, 3) };
        var agreement = new GradientAgreement(shared, batches: 3);
        BudgetDecision decision = new BudgetCourse(ForgettingCurve.OfLoss, MostRollbacks, mayRaise: false)
            .Decide(state, new(new(), 0.12, 0.12, 0.12), new(33, 33), agreement);
        Assert.Equal(0.12 * Math.Pow(factor, 1.25), decision.Expected, 1e-3);
        Assert.Equal(shared == 1 ? BudgetAction.RateLowered : BudgetAction.None, decision.Action);
    }

    [Fact]
    public void What_may_be_chance_lowers_no_rate()
    {
        Assert.Equal(BudgetAction.None, Decide(new() { Done = Steps(1) }, used: 0.3, rest: 9, lower: 0.11).Action);
        Assert.Equal(BudgetAction.RateLowered, Decide(new() { Done = Steps(1) }, used: 0.3, rest: 9, lower: 0.12).Action);
        // Beyond the budget it goes back all the same.
        Assert.Equal(BudgetAction.RolledBack, Decide(new() { Done = Steps(1) }, used: 1.1, rest: 9, lower: 0.5).Action);
    }

    [Fact]
    public void With_too_little_left_for_a_lower_rate_it_stays_as_it_is()
    {
        BudgetDecision decision = Decide(new() { Done = Steps(1) }, used: 0.95, rest: 2);
        Assert.Equal((BudgetAction.Frozen, 0), (decision.Action, decision.RateFactor));
        // Not where next to nothing is to come.
        Assert.Equal(BudgetAction.None, Decide(new() { Done = Steps(1) }, used: 0.95, rest: 1e-3).Action);
        Assert.Equal(BudgetAction.None, Decide(new() { Done = Steps(1) }, used: 1, rest: 1e-300).Action);
    }

    [Theory]
    [InlineData(2, 0.8, 0.3, 1, 0.228)] // (0.9/2)^0.8 = 0.528 of the path is within
    [InlineData(2, 0, 0, 1, 0.5)]
    [InlineData(2, 0, 0, 1e-9, 0.5)]
    [InlineData(1.2, 0.8, 0.5, 4, 0.0736)]
    [InlineData(10, -2, 0.3, 1, 0.169)] // 2.9/12 of what came after the last point within
    [InlineData(10, -20, 0.3, 1, 0.488)]
    [InlineData(double.PositiveInfinity, -2, 0.3, 1, 0, BudgetAction.Frozen)]
    public void Beyond_the_budget_it_goes_back_and_on_at_half_the_rate_at_most(
        double used, double usedWithin, double pathWithin, double rest, double expected, BudgetAction action = BudgetAction.RolledBack)
    {
        BudgetDecision decision = Decide(
            new()
            {
                Done = Steps(1),
                DoneWithin = Steps(pathWithin),
                Rollbacks = MostRollbacks - 1,
                Course = [Point(BudgetAction.None, usedWithin)],
            },
            used, rest);
        Assert.Equal(action, decision.Action);
        Assert.Equal(expected, decision.RateFactor, 1e-3);
    }

    [Fact]
    public void A_rate_of_the_users_that_is_many_times_too_high_is_followed_by_another()
    {
        foreach (double used in (double[])[500, double.PositiveInfinity])
        {
            BudgetDecision decision = Decide(new() { Done = Steps(1) }, used, rest: 100);
            Assert.Equal((BudgetAction.RolledBack, 0.02), (decision.Action, decision.RateFactor));
        }

        // Where that was many times too high as well, or one that probes found, nothing can be learnt.
        Assert.Equal(BudgetAction.Frozen, Decide(new() { Done = Steps(1) }, used: 500, rest: 100, mayRaise: true).Action);
        Assert.Equal(BudgetAction.Frozen, Decide(new() { Done = Steps(1), Rollbacks = 1 }, used: 500, rest: 100).Action);
    }

    [Theory]
    [InlineData(2, 0.3, MostRollbacks)]
    [InlineData(1.05, 0.9, 0)] // nothing is left between the last point within and the target
    [InlineData(double.PositiveInfinity, 0.3, 0)]
    public void With_no_way_back_the_selected_tensors_stay_as_they_were(double used, double pathWithin, int rollbacks)
    {
        BudgetDecision decision = Decide(
            new()
            {
                Done = Steps(1),
                DoneWithin = Steps(pathWithin),
                Rollbacks = rollbacks,
                Course = [Point(BudgetAction.None, 0.89)],
            },
            used, rest: 1);
        Assert.Equal((BudgetAction.Frozen, 0), (decision.Action, decision.RateFactor));
    }

    [Theory, InlineData(0.24, 1, 1.879), InlineData(0.2, 1, 2.331), InlineData(-0.1, 1, 3), InlineData(0.1, 2, 2.400)]
    public void The_rate_rises_where_surely_little_would_be_used(double upper, double rest, double expected)
    {
        BudgetDecision decision = Decide(new() { Done = Steps(1) }, upper - 0.05, rest, upper, mayRaise: true);
        Assert.Equal(BudgetAction.RateRaised, decision.Action);
        Assert.Equal(expected, decision.RateFactor, 1e-3);
        // A rate that the user gave isn't raised.
        Assert.Equal(BudgetAction.None, Decide(new() { Done = Steps(1) }, upper - 0.05, rest, upper).Action);
    }

    [Fact]
    public void It_doesn_t_rise_where_that_isn_t_sure_or_where_it_has_fallen()
    {
        Assert.Equal(BudgetAction.None, Decide(new() { Done = Steps(1) }, used: 0.05, rest: 1, upper: 0.3, mayRaise: true).Action);
        foreach (BudgetAction before in (BudgetAction[])[BudgetAction.RateLowered, BudgetAction.RolledBack])
        {
            var state = new BudgetState { Done = Steps(1), Course = [Point(before), Point(BudgetAction.None)] };
            Assert.Equal(BudgetAction.None, Decide(state, used: 0.05, rest: 1, upper: 0.1, mayRaise: true).Action);
        }

        var risen = new BudgetState { Done = Steps(1), Course = [Point(BudgetAction.RateRaised)] };
        Assert.Equal(BudgetAction.RateRaised, Decide(risen, used: 0.05, rest: 1, upper: 0.1, mayRaise: true).Action);
    }

    [Fact]
    public void A_rate_that_rises_never_falls()
    {
        // The least share that is told from none would allow a path of 230 times this one.
        BudgetDecision decision = Decide(new() { Done = Steps(1) }, used: 0, rest: 600, upper: 1e-6, mayRaise: true);
        Assert.Equal((BudgetAction.RateRaised, 1), (decision.Action, decision.RateFactor));
    }

    [Fact]
    public void Whatever_comes_each_decision_is_sound()
    {
        var random = new Random(3);
        for (int i = 0; i < 5000; i++)
        {
            double path = Math.Pow(10, -4 * random.NextDouble()), rest = Math.Pow(10, 4 * random.NextDouble() - 6);
            var state = new BudgetState { Done = Steps(path), DoneWithin = Steps(random.NextDouble() * path), Rollbacks = random.Next(5) };
            double used = 3 * random.NextDouble() - 0.5;
            BudgetDecision decision = Decide(state, used, rest, used + random.NextDouble(), mayRaise: random.Next(2) == 0);
            (double low, double high) = decision.Action switch
            {
                BudgetAction.None => (1, 1),
                BudgetAction.RateLowered => (0.02, 1),
                BudgetAction.RateRaised => (1, 3),
                BudgetAction.RolledBack => (0.02, 0.5),
                _ => (0, 0),
            };
            Assert.InRange(decision.RateFactor, low, high);
            Assert.Equal(used > 1, decision.Action is BudgetAction.RolledBack || (decision.Action is BudgetAction.Frozen && used > 1));
            Assert.True(decision.Action is not BudgetAction.None || decision.Expected <= 2, $"{decision}");
        }
    }

    [Fact]
    public void What_begins_by_the_square_isn_t_taken_for_little()
    {
        var little = new BudgetState { Done = Steps(1) };
        Assert.Equal(BudgetAction.RateRaised, Decide(little, used: 0.025, rest: 5.5, mayRaise: true).Action);
        BudgetDecision decision = Decide(
            little, used: 0.025, rest: 5.5, mayRaise: true, curve: ForgettingCurve.Of(new() { MaximumDivergence = 0.01 }));
        Assert.Equal((BudgetAction.None, 0.025 * Math.Pow(6.5, 1.75)), (decision.Action, decision.Expected));
    }

    [Fact]
    public void The_closest_of_several_limits_counts_and_what_isn_t_a_number_is_beyond()
    {
        var budget = new RetentionBudget { Keep = 0.9, MaximumDivergence = 0.5, MaximumDrift = 0.01 };
        Assert.Equal(0.4, budget.Used(new() { LossIncrease = 0.01, Divergence = 0.2, Drift = 0.001 }), 1e-12);
        Assert.Equal(-0.5, new RetentionBudget { Keep = 0.9 }.Used(new() { LossIncrease = -0.05, Drift = 0.5 }), 1e-12);
        Assert.Equal(0, new RetentionBudget { Keep = 0.9 }.Used(new()));
        Assert.Equal(double.PositiveInfinity, budget.Used(new() { LossIncrease = 0.01, Divergence = double.NaN, Drift = 0.001 }));
    }

    private static BudgetDecision Decide(
        BudgetState state, double used, double rest, double? upper = null, bool mayRaise = false, double? lower = null,
        ForgettingCurve? curve = null) =>
        new BudgetCourse(curve ?? ForgettingCurve.OfLoss, MostRollbacks, mayRaise)
            .Decide(state, new(new(), used, lower ?? used, upper ?? used), Steps(rest), new(shared: 1, batches: 10));

    /// <summary>Steps whose gradients agree, so that only the sum of their rates counts.</summary>
    private static StepSums Steps(double path) => new(path, path);

    private static BudgetPoint Point(BudgetAction action, double used = 0.5) => new()
    {
        Step = 1,
        TrainingLoss = 1,
        Measured = new(),
        Used = used,
        Expected = 0.5,
        Action = action,
        LearningRate = 1e-4,
    };
}
