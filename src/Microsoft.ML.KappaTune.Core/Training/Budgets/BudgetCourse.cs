namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>What a run does at a measurement, and how it goes on.</summary>
/// <param name="Action">What it does.</param>
/// <param name="Expected">The share of the budget that would have been used by the end, had it gone on as before.</param>
/// <param name="RateFactor">What the learning rate is multiplied by.</param>
internal readonly record struct BudgetDecision(BudgetAction Action, double Expected, double RateFactor);

/// <summary>Decides at a measurement from what is used and what is to come; it has no state.</summary>
/// <param name="curve">How the budget's use grows.</param>
/// <param name="mostRollbacks">How often a run may go back.</param>
/// <param name="mayRaise">Whether the rate is the trainer's own to raise.</param>
internal sealed class BudgetCourse(ForgettingCurve curve, int mostRollbacks, bool mayRaise)
{
    /// <summary>Where surely more than so many times the budget would be used by the end, the rate falls.</summary>
    private const double Much = 2;

    /// <summary>The most that the rate is multiplied by at once.</summary>
    private const double Steepest = 3;

    /// <summary>A rate that falls below this part of itself would teach nothing any more.</summary>
    private const double Standstill = 0.02;

    /// <param name="state">The run until here.</param>
    /// <param name="reading">What is used of the budget.</param>
    /// <param name="toCome">The steps to come, at the present rate.</param>
    /// <param name="agreement">How far steps go.</param>
    public BudgetDecision Decide(BudgetState state, BudgetReading reading, StepSums toCome, GradientAgreement agreement)
    {
        double used = reading.Used, length = agreement.LengthOf(state.Done), expected = UsedAtEnd(used);
        double target = length * curve.PathFactorTo(ForgettingCurve.Target, used);
        if (used > 1)
        {
            // A user's rate may be many times too high, and how far beyond it led says little about rates far below: one of them is tried.
            double within = agreement.LengthOf(state.DoneWithin);
            double least = !mayRaise && state.Rollbacks == 0 && target >= within ? Standstill : 0;
            double to = Math.Max(target, Between(state, used, within, length));
            double lower = Math.Clamp(agreement.FactorTo(to, state.DoneWithin, toCome), least, 0.5);
            return state.Rollbacks < mostRollbacks && lower >= Standstill
                ? new(BudgetAction.RolledBack, expected, lower)
                : new(BudgetAction.Frozen, expected, 0);
        }

        // One measurement says little of many steps to come, and the end mixes what is beyond with the base, but can't add what wasn't
        // learnt: only where even its lower bound leads far beyond does the rate fall.
        if (UsedAtEnd(reading.LowerUsed) > Much)
        {
            double factor = agreement.FactorTo(target, state.Done, toCome);
            return factor >= Standstill ? new(BudgetAction.RateLowered, expected, factor) : new(BudgetAction.Frozen, expected, 0);
        }

        // A rate that had to fall isn't raised again for one measurement.
        bool hasFallen = state.Course.Exists(point => point.Action is BudgetAction.RateLowered or BudgetAction.RolledBack);
        if (!mayRaise || hasFallen || UsedAtEnd(reading.UpperUsed) >= ForgettingCurve.Little)
            return new(BudgetAction.None, expected, 1);
        double surely = length * curve.PathFactorTo(ForgettingCurve.Target, reading.UpperUsed);
        return new(BudgetAction.RateRaised, expected, Math.Clamp(agreement.FactorTo(surely, state.Done, toCome), 1, Steepest));

        double UsedAtEnd(double now) => curve.UsedAfter(now, agreement.LengthOf(state.Done.Plus(toCome, 1)) / length);
    }

    /// <summary>
    /// The length at which the target was used, on the line from the last point within to one that is beyond: where the loss fell at first,
    /// the power law from the start knows nothing of it.
    /// </summary>
    private static double Between(BudgetState state, double used, double within, double length)
    {
        double usedWithin = state.Course.FindLast(point => point.Used <= 1)?.Used ?? 0;
        return within + (length - within) * Math.Max(0, ForgettingCurve.Target - usedWithin) / (used - usedWithin);
    }
}
