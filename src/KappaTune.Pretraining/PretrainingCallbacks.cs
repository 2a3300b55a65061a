using System.Diagnostics;
using Microsoft.ML.KappaTune.Training;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Measures and keeps the state every so many steps, and tells how far the run is.</summary>
internal sealed class PretrainingCallbacks(
    PretrainingRequest request, LanguageModelTask task, PretrainingState state, int totalSteps, Action save) : ITrainingCallbacks
{
    // Steps that the reported loss is the mean of.
    private const int RecentSteps = 50;

    private readonly int _stepsBefore = state.Step;
    private readonly long _tokensBefore = state.Tokens;
    private readonly TimeSpan _timeBefore = state.Time;
    private readonly Stopwatch _clock = new(), _steps = new();

    /// <exception cref="OperationCanceledException">It was cancelled; the state is kept.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became NaN or infinite.</exception>
    public void Run(TrainingLoop<TokenWindowBatch, HeldOutResult> loop)
    {
        _clock.Start();
        try
        {
            loop.Run(this);
            save();
        }
        catch (OperationCanceledException) when (request.CancellationToken.IsCancellationRequested)
        {
            save();
            throw;
        }
    }

    public bool BeforeStep()
    {
        if (state.Step >= totalSteps)
            return false;
        request.CancellationToken.ThrowIfCancellationRequested();
        if (state.Step % request.Options.CheckpointEvery == 0)
            Keep();
        _steps.Start();
        return true;
    }

    public bool GoesBack() => false;

    public void AfterStep(double loss, int samples)
    {
        _steps.Stop();
        state.Tokens += samples;
        state.Time = _timeBefore + _clock.Elapsed;
        Report(state.Losses[^1].LearningRate, null);
    }

    /// <summary>Measures, and keeps the state. The measurement after the last step is made on the stored weights, elsewhere.</summary>
    private void Keep()
    {
        if ((state.HeldOut.Count == 0 || state.HeldOut[^1].Step < state.Step)
            && task.Measure(state.Step, request.CancellationToken) is { } result)
        {
            state.HeldOut.Add(result);
            state.Time = _timeBefore + _clock.Elapsed;
            Report(double.NaN, result);
        }

        if (state.Step > _stepsBefore)
            save();
    }

    private void Report(double rate, HeldOutResult? result)
    {
        if (request.Progress is null)
            return;
        int done = state.Step - _stepsBefore;
        double seconds = _steps.Elapsed.TotalSeconds;
        TimeSpan? remaining = done == 0 ? null : TimeSpan.FromSeconds(_clock.Elapsed.TotalSeconds / done * (totalSteps - state.Step));
        int first = Math.Max(0, state.Losses.Count - RecentSteps);
        double loss = state.Losses.Count == 0 ? double.NaN : state.Losses.Skip(first).Average(step => step.Loss);
        request.Progress(new(
            state.Step, totalSteps, loss, rate, done / seconds, (state.Tokens - _tokensBefore) / seconds, remaining, result));
    }
}
