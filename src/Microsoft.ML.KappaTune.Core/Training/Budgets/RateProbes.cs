using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>
/// Tries learning rates in a few steps each, at a multiple of the rate, so that the weights go about as far as in all planned steps. What
/// tuning costs follows from how far they went, by few large steps or many small ones; docs/method.md has the measurement.
/// </summary>
/// <param name="curve">How the budget's use grows.</param>
/// <param name="agreement">How much of the gradients' energy the batches share.</param>
/// <param name="factors">The schedule's factors on the learning rate in the steps to come.</param>
internal sealed class RateProbes(ForgettingCurve curve, GradientAgreement agreement, TuningState state, double[] factors)
{
    /// <summary>A probe's rate is at most so many times the one that it tries.</summary>
    private const int MostTimes = 10;

    private const int FewestSteps = 3, MostSteps = 40;

    private readonly StepSums _run = StepSums.Of(factors);

    private int Steps => Math.Clamp((int)Math.Ceiling(_run.Path / MostTimes), FewestSteps, MostSteps);

    /// <summary>Runs a probe; the caller sets weights and optimizer back.</summary>
    /// <param name="learningRate">The run's highest learning rate that is tried.</param>
    /// <param name="tryStep">Does one of the run's steps, by its number from 0, at a rate, and gives its loss.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public RateProbe Run(
        double learningRate, Func<int, double, double> tryStep, Func<BudgetReading> measure, TuningProgressReporter progress,
        CancellationToken cancellation)
    {
        double times = Math.Min(MostTimes, _run.Path / Steps);
        double[] losses = new double[Steps];
        int done = 0;
        try
        {
            for (; done < Steps; done++)
            {
                cancellation.ThrowIfCancellationRequested();
                losses[done] = tryStep(state.Step + done, times * learningRate);
                progress.Report(TuningPhase.Probing, state.Budget!.Probes.Count * Steps + done + 1, RateSearch.MostProbes * Steps);
            }
        }
        catch (NotFiniteNumberException)
        {
            losses.AsSpan(done).Fill(double.NaN);
        }

        int half = Steps / 2;
        double before = losses[..half].Average(), after = losses[half..].Average();
        BudgetReading reading = measure();
        return new()
        {
            LearningRate = learningRate,
            Steps = Steps,
            LossBefore = before,
            LossAfter = after,
            Measured = reading.Measured,
            Expected = double.IsFinite(after)
                ? curve.UsedAfter(reading.Used, agreement.DistanceOf(_run, times * Steps))
                : double.PositiveInfinity,
        };
    }
}
