namespace Microsoft.ML.KappaTune.Training.Progress;

/// <summary>What a run's log, its bar and its report say of a budget, in the same words.</summary>
internal static class BudgetWords
{
    /// <summary>How much was used: 61 % of the budget used.</summary>
    /// <param name="share">1 is all of it; not finite where what was measured isn't.</param>
    public static string Used(double share) => $"{Share(share)} of the budget used";

    /// <summary>The share by itself. A loss that fell has used nothing.</summary>
    public static string Share(double share) => double.IsFinite(share) ? NumberText.Percent(Math.Max(0, share)) : "more than all";
}
