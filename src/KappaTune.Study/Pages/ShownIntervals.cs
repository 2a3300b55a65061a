namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// A comparison's estimates as people are shown them. Student's t makes the interval of two runs 12.7 standard errors wide to either side,
/// which says nothing, and knows no bounds of what is measured: files keep such intervals, but pages and tables don't show them.
/// </summary>
public static class ShownIntervals
{
    /// <summary>The fewest seeds, or draws of a random method, whose interval says something.</summary>
    public const int FewestRuns = 3;

    /// <summary>
    /// The comparison without the intervals of fewer runs, with those of shares cut at 0 and 1, and without means that are no numbers.
    /// </summary>
    public static ComparisonResult Trim(ComparisonResult result) => result with
    {
        Matched = result.Matched is not { } matched ? null : matched with
        {
            Rows = [.. matched.Rows.Select(row => Trim(row, RunsOf(result, matched, row)))],
        },
        PerTensor = [.. result.PerTensor.Select(tensor => tensor with { Forgetting = Trim(tensor.Forgetting, tensor.Reached) })],
    };

    private static MatchedRow Trim(MatchedRow row, int runs) => row with
    {
        Forgetting = Trim(row.Forgetting, runs),
        ForgettingByControl = [.. row.ForgettingByControl.Select(estimate => Trim(estimate, runs) ?? estimate)],
        AccuracyLost = Trim(row.AccuracyLost, runs, -1, 1),
        Accuracy = Trim(row.Accuracy, runs, 0, 1),
        MacroAccuracy = Trim(row.MacroAccuracy, runs, 0, 1),
        Drift = Trim(row.Drift, runs, 0),
        Divergence = Trim(row.Divergence, runs, 0),
        CharacterErrorRate = Trim(row.CharacterErrorRate, runs, 0),
        Epochs = Trim(row.Epochs, runs, 0),
        TrainingSeconds = Trim(row.TrainingSeconds, runs, 0),
    };

    private static MeanInterval? Trim(
        MeanInterval? estimate, int runs, double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        if (estimate is null || !double.IsFinite(estimate.Mean))
            return null;
        return runs >= FewestRuns && estimate is { Low: { } low, High: { } high } && double.IsFinite(low) && double.IsFinite(high)
            ? new(estimate.Mean, Math.Max(low, least), Math.Min(high, most))
            : new(estimate.Mean, null, null);
    }

    /// <summary>The seeds of the runs that reached the common loss; of a random method, its draws where these are fewer.</summary>
    private static int RunsOf(ComparisonResult result, MatchedAdaptation matched, MatchedRow row)
    {
        ComparisonCell[] reached =
        [
            .. result.Cells.Where(cell => cell.Method == row.Method && cell.LearningRate == row.LearningRate
                && Matching.At(cell, matched) is not null),
        ];
        int seeds = reached.DistinctBy(cell => cell.Seed).Count(), draws = reached.DistinctBy(cell => cell.Draw).Count();
        bool isRandom = result.Methods.Any(method => method.Id == row.Method && method.Draws.Count > 1);
        return isRandom ? Math.Min(seeds, draws) : seeds;
    }
}
