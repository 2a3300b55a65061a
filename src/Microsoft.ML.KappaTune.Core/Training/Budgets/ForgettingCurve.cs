namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>
/// How what tuning costs grows with the path that the weights have gone: used ∝ path^1.25. The exponent is between that of a model that
/// isn't at its best on the control text, 1, and of one that is, 2; docs/method.md has the measurement.
/// </summary>
internal static class ForgettingCurve
{
    public const double Exponent = 1.25;

    /// <summary>What is aimed at: close to all of the budget, with room for what the power law leaves out.</summary>
    public const double Target = 0.9;

    // What was used may be 0 or less where the loss fell; then the path may grow by as much as the least share says.
    private const double Least = 1e-3;

    /// <summary>The share of the budget that will be used after a path so many times as long.</summary>
    public static double UsedAfter(double used, double pathFactor) => used > 0 ? used * Math.Pow(pathFactor, Exponent) : used;

    /// <summary>How many times as long the path may be until the target is used.</summary>
    public static double PathFactorTo(double target, double used) => Math.Pow(target / Math.Max(used, Least), 1 / Exponent);
}
