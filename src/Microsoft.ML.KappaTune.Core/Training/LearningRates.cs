namespace Microsoft.ML.KappaTune.Training;

/// <summary>What part of its highest value a learning rate has in each step.</summary>
/// <param name="schedule">How it goes on after the warm-up.</param>
/// <param name="warmupRatio">The share of the steps in which it rises.</param>
/// <param name="totalSteps">Steps from the first one with a rate.</param>
/// <param name="stepsBefore">Steps before that one, in which the rate is 0.</param>
internal sealed class LearningRates(LearningRateSchedule schedule, double warmupRatio, int totalSteps, int stepsBefore = 0)
{
    private readonly int _warmup = (int)(warmupRatio * totalSteps);

    /// <param name="step">From 1, over all steps. The rate would be 0 in the step before the first and in the one after the last.</param>
    public double At(int step)
    {
        step -= stepsBefore;
        if (step < 1)
            return 0;
        if (step <= _warmup)
            return step / (_warmup + 1.0);
        double done = (step - 1.0 - _warmup) / (totalSteps - _warmup);
        return schedule switch
        {
            LearningRateSchedule.Linear => 1 - done,
            LearningRateSchedule.Cosine => 0.5 * (1 + Math.Cos(Math.PI * done)),
            _ => 1,
        };
    }
}
