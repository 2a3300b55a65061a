using System.Diagnostics;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// Trains in epochs. After each, the model is measured on the validation rows, the best weights so far and a training state are kept, and
/// early stopping may end the run.
/// </summary>
/// <param name="options">How long, and what is kept.</param>
/// <param name="save">Keeps a training state; does nothing where none are kept.</param>
/// <param name="epochEnded">Called before the first step with 0 and null, and after each epoch.</param>
internal sealed class TuningEpochs<TBatch>(
    TuningOptions options, ITrainingTask<TBatch, ValidationResult> task, TrainedWeights weights, TuningState state,
    TuningProgressReporter progress, Action save, Action<int, ValidationResult?> epochEnded) : ITrainingCallbacks
{
    // The part of an epoch's time that this process measures; what was before an interruption is in the state.
    private readonly Stopwatch _clock = new();
    private readonly int _totalSteps = TotalSteps(options, task.StepsPerEpoch);
    private TimeSpan _epochTimeBefore, _timeBefore;
    private int _epoch;

    /// <summary>Whether weights other than the last may be the result, or be needed after an interruption.</summary>
    private bool KeepsBest =>
        options is { EarlyStopping: not null } or { CancellationToken.CanBeCanceled: true } or { CheckpointDirectory: not null };

    /// <summary>What the loop needs of the options, for a task of so many steps an epoch.</summary>
    public static TrainingSettings Settings(TuningOptions options, int stepsPerEpoch)
    {
        int total = TotalSteps(options, stepsPerEpoch), headSteps = stepsPerEpoch * options.HeadEpochs;
        return new()
        {
            Seed = options.Seed,
            TotalSteps = total,
            Rates = new(options.Schedule, options.WarmupRatio, total - headSteps, stepsBefore: headSteps),
            HeadRates = new(options.Schedule, options.WarmupRatio, total),
            GradientClip = options.GradientClip,
            Remedy = "Lower LearningRate and HeadLearningRate, or raise WarmupRatio.",
        };
    }

    /// <summary>Trains to the end, and leaves the best weights in the model.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before an epoch had ended.</exception>
    public void Run(TrainingLoop<TBatch, ValidationResult> loop)
    {
        try
        {
            if (state.Step == 0)
                epochEnded(0, null);
            loop.Run(this);
            state.Stop ??= TuningStop.Completed;
        }
        catch (OperationCanceledException) when (options.CancellationToken.IsCancellationRequested)
        {
            save();
            if (state.Epochs.Count == 0)
                throw;
            state.Stop = TuningStop.Cancelled;
        }

        if (state.Kept is { } best)
            weights.Restore(best);
    }

    public bool BeforeStep()
    {
        while (state.Stop is null && state.Epoch <= options.MaxEpochs)
        {
            if (_epoch != state.Epoch)
                BeginEpoch();
            if (state.Step < state.Epoch * task.StepsPerEpoch)
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                return true;
            }

            EndEpoch();
        }

        return false;
    }

    public void AfterStep(double loss, int samples)
    {
        state.AddStep(loss, samples);
        CountTime();
        progress.Stepped(state, _totalSteps);
        // An epoch's end has a state of its own.
        if (options.CheckpointEvery > 0 && state.Step % options.CheckpointEvery == 0 && state.Step % task.StepsPerEpoch != 0)
            save();
    }

    private void BeginEpoch()
    {
        _epoch = state.Epoch;
        weights.Train(headAlone: _epoch <= options.HeadEpochs);
        (_epochTimeBefore, _timeBefore) = (state.EpochTime, state.Time);
        _clock.Restart();
    }

    private void EndEpoch()
    {
        TimeSpan training = state.EpochTime;
        ValidationResult? validation = task.Measure(state.Step, options.CancellationToken);
        CountTime();
        if (state.AddEpoch(validation, options.EarlyStopping, training) && KeepsBest)
            state.Keep(weights.Copy());
        save();
        progress.EndedEpoch(state, _totalSteps);
        epochEnded(_epoch, validation);
    }

    private void CountTime()
    {
        state.EpochTime = _epochTimeBefore + _clock.Elapsed;
        state.Time = _timeBefore + _clock.Elapsed;
    }

    private static int TotalSteps(TuningOptions options, int stepsPerEpoch) => checked(stepsPerEpoch * options.MaxEpochs);
}
