using Microsoft.ML.KappaTune.Training.Reports;

namespace Microsoft.ML.KappaTune.Reports;

/// <summary>The loss at each step, for a chart.</summary>
internal static class LossCurve
{
    /// <summary>
    /// At most <paramref name="points"/> points: where there are more steps, each is the mean of as many of them and has the number of
    /// the last.
    /// </summary>
    public static StepDocument[] Thin(StepDocument[] steps, int points)
    {
        int size = (steps.Length + points - 1) / points;
        return size <= 1 ? steps : [.. steps.Chunk(size).Select(Mean)];
    }

    private static StepDocument Mean(StepDocument[] steps) => new()
    {
        Step = steps[^1].Step,
        // As many digits as a reader can see.
        Loss = Math.Round(steps.Average(step => step.Loss), 5),
        LearningRate = steps.Average(step => step.LearningRate),
    };
}
