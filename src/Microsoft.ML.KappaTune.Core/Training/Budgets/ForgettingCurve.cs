namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>How what tuning costs grows with the path that the weights have gone; docs/method.md has the measurement.</summary>
/// <param name="Exponent">used ∝ path^Exponent.</param>
internal readonly record struct ForgettingCurve(double Exponent)
{
    /// <summary>What is aimed at: close to all of the budget, with room for what the power law leaves out.</summary>
    public const double Target = 0.9;

    /// <summary>Where less than this share of the budget is used, much more can be learnt within it.</summary>
    public const double Little = 0.6;

    // What was used may be 0 or less where the loss fell; then the path may grow by as much as the least share says.
    private const double Least = 1e-3;

    /// <summary>Of a loss: between that of a model that isn't at its best on the control text, 1, and of one that is, 2.</summary>
    public static ForgettingCurve OfLoss { get; } = new(1.25);

    /// <summary>Of KL and drift, which are least where the model is the base: a little below 2, as states can't move on without end.</summary>
    public static ForgettingCurve OfChange { get; } = new(1.75);

    /// <summary>That of a budget: of several limits the loss's, where that is one.</summary>
    public static ForgettingCurve Of(RetentionBudget budget) => budget.Keep is null ? OfChange : OfLoss;

    /// <summary>The share of the budget that will be used after a path so many times as long.</summary>
    public double UsedAfter(double used, double pathFactor) => used > 0 ? used * Math.Pow(pathFactor, Exponent) : used;

    /// <summary>How many times as long the path may be until the target is used.</summary>
    public double PathFactorTo(double target, double used) => Math.Pow(target / Math.Max(used, Least), 1 / Exponent);
}
