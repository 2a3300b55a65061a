namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>Chooses, at the end of a run, the weights between base and tuned that are within the budget and learnt most.</summary>
/// <param name="curve">How the budget's use grows.</param>
/// <param name="set">Sets the model to a share of the way from the base to what was trained.</param>
/// <param name="measure">Measures the model as it is then.</param>
/// <param name="validate">Measures the model on the validation rows; null where there are none.</param>
/// <param name="metric">What counts on the validation rows.</param>
internal sealed class BudgetEnd(
    ForgettingCurve curve, Action<double> set, Func<BudgetReading> measure, Func<ValidationResult>? validate, ValidationMetric metric)
{
    public const int MostTries = 7;

    // Less of the way is no result of its own.
    private const double LeastShare = 0.02;

    /// <summary>Longer parts that are tried at most.</summary>
    private const int MostLonger = 4;

    /// <summary>Shares of the way, of the longest within the budget, that may do better on validation rows.</summary>
    private static readonly double[] Shorter = [0.8, 0.6];

    private int _tries;

    /// <summary>Sets the model to the share and gives it, with what was measured there.</summary>
    public BudgetChoice Choose()
    {
        BudgetChoice within = new(1, Measure()), beyond = within;
        while (!within.IsWithin)
        {
            beyond = within;
            double share = within.Share * Math.Min(0.9, curve.PathFactorTo(ForgettingCurve.Target, within.Reading.UpperUsed));
            within = Try(_tries == MostTries || share < LeastShare ? 0 : share);
            if (within.Share == 0)
                return within with { Validation = validate?.Invoke() };
        }

        if (within.Share < 1)
            within = Longer(within, beyond);
        return validate is null ? within : Validated(within with { Validation = validate() });
    }

    /// <summary>Goes on toward what was trained, where the power law led back too far.</summary>
    private BudgetChoice Longer(BudgetChoice within, BudgetChoice beyond)
    {
        double at = within.Share;
        for (int longer = 0; longer < MostLonger && _tries < MostTries && within.Reading.UpperUsed < ForgettingCurve.Little; longer++)
        {
            // By half at least: where a loss falls before it rises, the line between both ends far too early.
            double used = within.Reading.UpperUsed;
            double part = Math.Clamp((ForgettingCurve.Target - used) / (beyond.Reading.UpperUsed - used), 0.5, 0.9);
            BudgetChoice tried = Try(within.Share + part * (beyond.Share - within.Share));
            at = tried.Share;
            if (tried.IsWithin)
                within = tried;
            else
                beyond = tried;
        }

        if (at != within.Share)
            set(within.Share);
        return within;
    }

    /// <summary>The longest part, or a shorter one that does better on the validation rows.</summary>
    private BudgetChoice Validated(BudgetChoice longest)
    {
        (double share, ValidationResult best) = (longest.Share, longest.Validation!);
        foreach (double shorter in Shorter.Select(part => part * longest.Share))
        {
            set(shorter);
            ValidationResult result = validate!();
            if (result.ValueOf(metric) > best.ValueOf(metric))
                (share, best) = (shorter, result);
        }

        if (share != longest.Share && Try(share) is { IsWithin: true } better)
            return better with { Validation = best };
        set(longest.Share);
        return longest;
    }

    private BudgetChoice Try(double share)
    {
        set(share);
        return new(share, Measure());
    }

    private BudgetReading Measure()
    {
        _tries++;
        return measure();
    }
}

/// <summary>Weights that a run may end with.</summary>
/// <param name="Share">The share of the way from the base to what was trained.</param>
/// <param name="Reading">What was measured there.</param>
/// <param name="Validation">What was measured there on the validation rows; null where they weren't.</param>
internal readonly record struct BudgetChoice(double Share, BudgetReading Reading, ValidationResult? Validation = null)
{
    public bool IsWithin => Reading.UpperUsed <= 1;
}
