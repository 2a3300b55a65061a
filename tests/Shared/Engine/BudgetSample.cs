using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>Tunings with a budget, whatever comes of it.</summary>
internal static class BudgetSample
{
    private static readonly RetentionEstimate RiseHeldOut = new() { Value = 0.014, Low = 0.006, High = 0.022 };

    public static TuningReport Tuning(BudgetReport budget) => TuningSample.Report() with { Budget = budget };

    /// <summary>Probes found the rate, the run lowered it, crossed, went back, and is within 2 %.</summary>
    public static BudgetReport Held() => new()
    {
        Budget = new() { Keep = 0.98 },
        Text = "control </script>.txt",
        Objective = RetentionObjective.MaskedTokens,
        DecidingSamples = 100,
        WatchedSamples = 24,
        PlannedMeasurements = 5,
        LearningRate = 3.14e-4,
        Probes =
        [
            Probe(1e-4, 1.05, 0.4), Probe(2e-4, 0.98, 0.7), Probe(4e-4, 0.9, 1.3), Probe(8e-4, double.NaN, double.PositiveInfinity),
        ],
        Course =
        [
            Point(5, 1.05, 0.12, 0.9, BudgetAction.None, 3.14e-4),
            Point(10, 0.86, 0.3, 1.2, BudgetAction.RateLowered, 2e-4),
            Point(15, 0.7, 0.62, 0.95, BudgetAction.None, 2e-4),
            Point(20, 0.58, 1.15, 1.8, BudgetAction.RolledBack, 1e-4),
            Point(25, 0.5, 0.66, 0.75, BudgetAction.None, 1e-4),
            Point(30, 0.42, 0.68, 0.8, BudgetAction.RateRaised, 1.3e-4),
            Point(35, 0.36, 0.72, 0.84, BudgetAction.None, 1.3e-4),
            Point(40, 0.3, 0.78, 0.85, BudgetAction.None, 1.3e-4),
            Point(45, 0.27, 0.82, 0.82, BudgetAction.None, 1.3e-4),
        ],
        Interpolation = 0.9,
        Validation = new(0.4321, 0.775, 0.55),
        Decided = new() { LossIncrease = 0.0152 },
        DecidedUsed = 0.97,
        Outcome = BudgetOutcome.Learned,
        HeldOutSamples = 100,
        LossIncrease = RiseHeldOut,
        Used = 0.7,
        IsHeld = true,
        ProbingTime = TimeSpan.FromSeconds(9),
        WatchingTime = TimeSpan.FromSeconds(4),
        DecidingTime = TimeSpan.FromSeconds(3),
    };

    /// <summary>Two limits and the user's own rate; the selected tensors froze, and the held-out half is over one of them.</summary>
    public static BudgetReport Over() => Held() with
    {
        Budget = new() { Keep = 0.98, MaximumDivergence = 0.05, MaximumRollbacks = 0 },
        Probes = [],
        Course =
        [
            Point(10, 0.9, 0.2, 0.8, BudgetAction.None, 3e-4, 0.02), Point(20, 0.7, 0.5, 1.1, BudgetAction.Frozen, 0, 0.055),
            Point(30, 0.6, 0.2, 0.4, BudgetAction.None, 0, 0.02), Point(45, 0.55, 0.2, 0.4, BudgetAction.None, 0, 0.02),
        ],
        Interpolation = 1,
        Validation = TuningSample.Report().Epochs[1].Validation,
        Decided = new() { LossIncrease = 0.004, Divergence = 0.048 },
        DecidedUsed = 0.99,
        LossIncrease = new() { Value = -0.003, Low = -0.009, High = 0.002 },
        Divergence = new() { Value = 0.052, Low = 0.047, High = 0.057 },
        Used = 1.04,
        IsHeld = false,
    };

    public static BudgetReport HeadOnly() => Held() with
    {
        Course = [Point(5, 1.1, 1.4, 12, BudgetAction.Frozen, 0), Point(45, 0.9, 0, 0, BudgetAction.None, 0)],
        Interpolation = 0,
        Validation = new(0.9, 0.5, 0.3333),
        Decided = new() { LossIncrease = 0 },
        DecidedUsed = 0,
        Outcome = BudgetOutcome.HeadOnly,
        LossIncrease = new() { Value = 0, Low = 0, High = 0 },
        Used = 0,
    };

    public static BudgetReport Cancelled() => Held() with
    {
        Course = [.. Held().Course.Take(3)],
        Interpolation = 1,
        Validation = null,
        Decided = null,
        DecidedUsed = null,
        Outcome = BudgetOutcome.Unverified,
        HeldOutSamples = 0,
        LossIncrease = null,
        Used = null,
        IsHeld = null,
        DecidingTime = TimeSpan.Zero,
    };

    private static RateProbe Probe(double rate, double after, double expected) => new()
    {
        LearningRate = rate,
        Steps = 3,
        LossBefore = 1.12,
        LossAfter = after,
        Measured = new() { LossIncrease = double.IsFinite(expected) ? expected * 0.02 * 0.5 : null },
        Expected = expected,
    };

    private static BudgetPoint Point(
        int step, double loss, double rise, double expected, BudgetAction action, double rate, double? divergence = null) => new()
        {
            Step = step,
            TrainingLoss = loss,
            Measured = new() { LossIncrease = 0.02 * rise, Divergence = divergence },
            Used = Math.Max(rise, divergence / 0.05 ?? rise),
            Expected = expected,
            Action = action,
            LearningRate = rate,
        };
}
