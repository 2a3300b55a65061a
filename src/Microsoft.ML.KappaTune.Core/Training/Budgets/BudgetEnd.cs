namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>Chooses, at the end of a run, the weights between base and tuned that are within the budget and learnt most.</summary>
/// <param name="curve">How the budget's use grows.</param>
/// <param name="set">Sets the model to a share of the way from the base to what was trained.</param>
/// <param name="measure">Measures the model as it is then.</param>
/// <param name="validate">The model's loss on the validation rows; null where there are none.</param>
internal sealed class BudgetEnd(ForgettingCurve curve, Action<double> set, Func<BudgetReading> measure, Func<double>? validate)
{
    public const int MostTries = 5;

    // Less of the way is no result of its own.
    private const double LeastShare = 0.02;

    /// <summary>Shares of the way, of the longest within the budget, that may do better on validation rows.</summary>
    private static readonly double[] Shorter = [0.8, 0.6];

    /// <summary>Sets the model to the share and gives it, with what was measured there.</summary>
    public (double Share, BudgetReading Reading) Choose()
    {
        double share = 1;
        BudgetReading reading = measure();
        for (int tries = 1; reading.UpperUsed > 1; tries++)
        {
            share *= Math.Min(0.9, curve.PathFactorTo(ForgettingCurve.Target, reading.UpperUsed));
            if (tries == MostTries || share < LeastShare)
                share = 0;
            set(share);
            reading = measure();
            if (share == 0)
                return (0, reading);
        }

        return validate is null ? (share, reading) : Validated(share, reading);
    }

    private (double Share, BudgetReading Reading) Validated(double longest, BudgetReading reading)
    {
        double best = longest, least = validate!();
        foreach (double share in Shorter.Select(part => part * longest))
        {
            set(share);
            double loss = validate();
            if (loss < least)
                (best, least) = (share, loss);
        }

        set(best);
        if (best == longest)
            return (longest, reading);
        BudgetReading shorter = measure();
        if (shorter.UpperUsed <= 1)
            return (best, shorter);
        set(longest);
        return (longest, reading);
    }
}
