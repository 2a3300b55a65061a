namespace Microsoft.ML.KappaTune.Training.Progress;

/// <summary>What a run's log, its bar and its report say of a budget, in the same words.</summary>
internal static class BudgetWords
{
    /// <summary>
    /// How much of it the weights use: 61 % of the budget used; and that they went back to that, or stay there. Null before the first
    /// measurement.
    /// </summary>
    public static string? Used(TuningProgress progress) => progress switch
    {
        { Used: null } => null,
        { Used: { } used, Keeping.Action: BudgetAction.RolledBack } => $"back to {Share(used)} of the budget used",
        { Used: { } used, Keeping.Action: BudgetAction.Frozen } => $"frozen at {Share(used)} of the budget used",
        { Used: { } used } => $"{Share(used)} of the budget used",
    };

    /// <summary>The share by itself. A loss that fell has used nothing.</summary>
    /// <param name="share">1 is all of it; not finite where what was measured isn't.</param>
    public static string Share(double share) => double.IsFinite(share) ? NumberText.Percent(Math.Max(0, share)) : "more than all";
}
