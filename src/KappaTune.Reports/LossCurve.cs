namespace Microsoft.ML.KappaTune.Reports;

/// <summary>The loss at each step, for a chart.</summary>
internal static class LossCurve
{
    /// <summary>
    /// At most <paramref name="points"/> points: where there are more steps, each is the mean of as many of them and has the number of
    /// the last.
    /// </summary>
    public static IReadOnlyList<StepLoss> Thin(IReadOnlyList<StepLoss> steps, int points)
    {
        int size = (steps.Count + points - 1) / points;
        return size <= 1 ? steps : [.. steps.Chunk(size).Select(Mean)];
    }

    // As many digits as a reader can see.
    private static StepLoss Mean(StepLoss[] steps) => new(
        steps[^1].Step, Math.Round(steps.Average(step => step.Loss), 5), steps.Average(step => step.LearningRate));
}
