
namespace Microsoft.ML.KappaTune.Training;

/// <summary>What part of its highest value a learning rate has in each step.</summary>
internal sealed class LearningRates(LearningRateSchedule schedule, double warmupRatio, int totalSteps)
{
    private readonly int _warmup = (int)(warmupRatio * totalSteps);

    /// <param name="step">Up to the number of steps. The rate is 0 before step 1 and after the last, never in one.</param>
    public double At(int step)
    {
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
