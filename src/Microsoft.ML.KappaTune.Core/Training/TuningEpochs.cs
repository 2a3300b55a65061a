using Microsoft.ML.KappaTune.Training.Budgets;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// Trains in epochs. After each, the model is measured on the validation rows, the best weights so far and a training state are kept, and
/// early stopping may end the run. So may a limit of time, which ends the epoch that it is in.
/// </summary>
/// <param name="options">How long, and what is kept.</param>
/// <param name="limit">How long it may take; null for no limit.</param>
/// <param name="clock">Tells how long it took.</param>
/// <param name="budget">Keeps the run to what may be lost; null without such a budget.</param>
/// <param name="save">Keeps a training state; does nothing where none are kept.</param>
/// <param name="epochEnded">Called before the first step with 0 and null, and after each epoch.</param>
internal sealed class TuningEpochs<TBatch>(
    TuningOptions options, ITrainingTask<TBatch, ValidationResult> task, TrainedWeights weights, TuningState state,
    TuningProgressReporter progress, TimeLimit? limit, TimeProvider clock, BudgetKeeper? budget, Action save,
    Action<int, ValidationResult?> epochEnded) : ITrainingCallbacks
{
    private readonly int _allSteps = TotalSteps(options, task.StepsPerEpoch);

    /// <summary>The share of all steps in which a new head trains alone before probes find a rate.</summary>
    private const double HeadShare = 0.2;

    private TrainingLoop<TBatch, ValidationResult>? _loop;

    // From here on this process measures an epoch's time; what was before an interruption is in the state.
    private long _began, _stepBegan;
    private TimeSpan _epochTimeBefore, _timeBefore;
    private int _epoch;
    private bool? _isHeadAlone;

    /// <summary>Whether weights other than the last may be the result, or be needed after an interruption.</summary>
    private bool KeepsBest =>
        options is { EarlyStopping: not null } or { CancellationToken.CanBeCanceled: true } or { CheckpointDirectory: not null };

    private int HeadStepsNow => state.HeadSteps ?? HeadSteps(options, task.StepsPerEpoch, weights.HasHead);

    private bool IsHeadAlone => state.Step < HeadStepsNow - MomentSteps || state.Budget is { IsFrozen: true };

    /// <summary>
    /// Of the head's steps, the last ones, in which the optimizer already takes in the selected tensors' gradients at a rate of 0: its first
    /// steps would move every weight by the whole rate, whatever its gradient, and say nothing about the steps to come.
    /// </summary>
    private int MomentSteps => options is { Budget: not null, LearningRate: null }
        ? Math.Min(HeadStepsNow, MomentStepsOf(PlannedSteps))
        : 0;

    private int PlannedSteps => state.PlannedSteps ?? _allSteps;

    /// <summary>Whether the run ends before all epochs are done, with the step or the epoch that has ended.</summary>
    private bool IsOutOfTime => state.Step > 0 && state.Step < _allSteps
        && (state.Step >= PlannedSteps || limit?.IsUp(state.Time) == true);

    /// <summary>Whether the selected tensors stay as they are, and there is no new head that goes on.</summary>
    private bool IsSpent => state.Budget is { IsFrozen: true } && !weights.HasHead;

    /// <summary>
    /// Steps in which the new head trains alone: those of the options' epochs or, where probes are to find a rate, at least a fifth of
    /// all, because what an untrained head asks for says little about what tuning costs. Where there is no new head, the few in which the
    /// optimizer takes in gradients before it may move anything.
    /// </summary>
    public static int HeadSteps(TuningOptions options, int stepsPerEpoch, bool hasHead)
    {
        int total = TotalSteps(options, stepsPerEpoch);
        int beforeProbes = hasHead ? Math.Max(1, (int)(HeadShare * total)) : MomentStepsOf(total);
        return IsHeadFirst(options) ? Math.Min(total - 1, beforeProbes) : stepsPerEpoch * options.HeadEpochs;
    }

    private static int MomentStepsOf(int steps) => Math.Clamp(steps / 10, 4, 20);

    private static bool IsHeadFirst(TuningOptions options) => options is { Budget: not null, LearningRate: null, HeadEpochs: 0 };

    /// <summary>What the loop needs of the options, for a task of so many steps an epoch, and of what the state says is planned.</summary>
    public static TrainingSettings Settings(TuningOptions options, int stepsPerEpoch, TuningState state, bool hasHead)
    {
        int total = state.PlannedSteps ?? TotalSteps(options, stepsPerEpoch);
        int headSteps = state.HeadSteps ?? HeadSteps(options, stepsPerEpoch, hasHead);
        return new()
        {
            Seed = options.Seed,
            TotalSteps = total,
            Rates = new(options.Schedule, options.WarmupRatio, total - headSteps, stepsBefore: headSteps),
            HeadRates = new(options.Schedule, options.WarmupRatio, total),
            GradientClip = options.GradientClip,
            Remedy = (options is { Budget: not null, LearningRate: null }, hasHead) switch
            {
                (true, true) => "Lower HeadLearningRate, raise WarmupRatio, or set LearningRate instead of having it found.",
                (true, false) => "Raise WarmupRatio, or set LearningRate instead of having it found.",
                (false, true) => "Lower LearningRate and HeadLearningRate, or raise WarmupRatio.",
                _ => "Lower LearningRate, or raise WarmupRatio.",
            },
        };
    }

    /// <summary>Trains to the end, and leaves the best weights in the model.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before an epoch had ended.</exception>
    public void Run(TrainingLoop<TBatch, ValidationResult> loop)
    {
        _loop = loop;
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
            int best = state.BestEpoch * task.StepsPerEpoch;
            if (best > HeadStepsNow && budget?.LeaveBeyond(best) == true)
                return;
        }

        if (state.Kept is { } kept)
            weights.Restore(kept);
    }

    public bool BeforeStep()
    {
        while (state.Stop is null && state.Epoch <= options.MaxEpochs)
        {
            if (_epoch != state.Epoch)
                BeginEpoch();
            if (!IsOutOfTime && !IsSpent && state.Step < state.Epoch * task.StepsPerEpoch)
            {
                if (_isHeadAlone != IsHeadAlone)
                    weights.Train((_isHeadAlone = IsHeadAlone).Value);
                if (state.Step >= HeadStepsNow)
                    budget?.FindRate(Factors, (step, rate) => _loop!.Try(Math.Min(step, PlannedSteps - 1), rate));
                options.CancellationToken.ThrowIfCancellationRequested();
                _stepBegan = clock.GetTimestamp();
                return true;
            }

            if (state.EpochRows > 0)
                EndEpoch();
            else
                state.Stop = IsSpent ? TuningStop.BudgetSpent : TuningStop.OutOfTime;
        }

        return false;
    }

    public bool GoesBack() => state.Step >= HeadStepsNow && budget?.Diverged(Factors) == true;

    public void AfterStep(double loss, int samples)
    {
        state.AddStep(loss, samples, clock.GetElapsedTime(_stepBegan));
        if (state.Step > HeadStepsNow)
            budget?.AfterStep(loss, state.Step - HeadStepsNow, Factors);
        TimeSpan before = state.Time;
        CountTime();
        if (limit is not null)
            Plan(limit, state.Time - before);

        progress.Stepped(state, PlannedSteps);
        // An epoch's end has a state of its own.
        if (options.CheckpointEvery > 0 && state.Step % options.CheckpointEvery == 0 && state.Step % task.StepsPerEpoch != 0)
            save();
    }

    private void Plan(TimeLimit within, TimeSpan step)
    {
        int? before = state.PlannedSteps;
        if (state.Step > HeadStepsNow)
            within.Stepped(state, step, _allSteps);
        else if (before is null && IsHeadFirst(options) && IsHeadAlone)
            within.HeadStepped(state, step, _allSteps, HeadShare, MomentStepsOf);
        GoBy(before);
    }

    /// <summary>Goes by the steps that are planned, where they are others than before.</summary>
    private void GoBy(int? before)
    {
        if (state.PlannedSteps != before)
            _loop!.Settings = Settings(options, task.StepsPerEpoch, state, weights.HasHead);
    }

    private void BeginEpoch()
    {
        _epoch = state.Epoch;
        (_epochTimeBefore, _timeBefore) = (state.EpochTime, state.Time);
        _began = clock.GetTimestamp();
    }

    private void EndEpoch()
    {
        long began = clock.GetTimestamp();
        ValidationResult? validation = task.Measure(state.Step, options.CancellationToken);
        CountTime();
        if (limit is not null && validation is not null && state.Step > HeadStepsNow)
        {
            int? before = state.PlannedSteps;
            limit.Measured(state, clock.GetElapsedTime(began), task.StepsPerEpoch, _allSteps);
            GoBy(before);
        }

        if (state.AddEpoch(validation, options.EarlyStopping) && KeepsBest)
            state.Keep(weights.Copy());
        if (IsOutOfTime)
            state.Stop = TuningStop.OutOfTime;
        else if (IsSpent)
            state.Stop = TuningStop.BudgetSpent;
        save();
        progress.EndedEpoch(state, PlannedSteps);
        epochEnded(_epoch, validation);
    }

    /// <summary>The factors on the selected tensors' rate in the steps to come.</summary>
    private IEnumerable<double> Factors() =>
        Enumerable.Range(state.Step + 1, PlannedSteps - state.Step).Select(_loop!.Settings.Rates.At);

    private void CountTime()
    {
        TimeSpan elapsed = clock.GetElapsedTime(_began);
        state.EpochTime = _epochTimeBefore + elapsed;
        state.Time = _timeBefore + elapsed;
    }

    private static int TotalSteps(TuningOptions options, int stepsPerEpoch) => checked(stepsPerEpoch * options.MaxEpochs);
}
