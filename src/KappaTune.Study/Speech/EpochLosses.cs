namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// What a run's steps said of the training rows, in place of a pass over these after each epoch, which would take a third of its time.
/// </summary>
internal static class EpochLosses
{
    /// <summary>Gives each point its step, and the mean loss of its epoch's steps; the first one the loss of the first step.</summary>
    /// <param name="points">One before the first step, and one after each epoch.</param>
    /// <param name="losses">Of every step.</param>
    public static void Fill(List<ComparisonPoint> points, IReadOnlyList<StepLoss> losses)
    {
        int each = losses.Count / (points.Count - 1);
        for (int i = 0; i < points.Count; i++)
        {
            double loss = i == 0 ? losses[0].Loss : losses.Skip(each * (i - 1)).Take(each).Average(one => one.Loss);
            points[i] = points[i] with { Step = each * i, TrainLoss = loss };
        }
    }
}
