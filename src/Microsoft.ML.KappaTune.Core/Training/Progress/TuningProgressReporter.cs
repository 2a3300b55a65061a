using System.Diagnostics;

namespace Microsoft.ML.KappaTune.Training.Progress;

/// <summary>Tells the caller how far a run has come: everything to the callback, and to the log what a person wants to read.</summary>
/// <param name="countsTokens">Whether the loss counts tokens, and not rows.</param>
internal sealed class TuningProgressReporter(TuningOptions options, Action<string>? log, bool countsTokens = false)
{
    // Often enough to see that it is alive, seldom enough for a log of hours.
    public static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _epochs = options.MaxEpochs;
    private readonly string _counted = countsTokens ? "tokens" : "rows";
    private TimeSpan _lastLine;
    private TimeSpan _trainingBegan, _probedBefore, _writingBegan;
    private int? _stepsBefore;

    /// <summary>Since the run began.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    public void Log(FormattableString line) => log?.Invoke(FormattableString.Invariant(line));

    /// <summary>Reports a phase before or after training.</summary>
    public void Report(TuningPhase phase, int done, int all) =>
        Report(new(phase, done, all, 0, _epochs, double.NaN, double.NaN, double.NaN, Elapsed, null, null));

    /// <summary>Called before the first step of this process, from which the remaining time is estimated.</summary>
    public void BeginTraining(TuningState state)
    {
        _stepsBefore = state.Step;
        _trainingBegan = _lastLine = Elapsed;
        _probedBefore = ProbedIn(state);
    }

    public void Stepped(TuningState state, int totalSteps)
    {
        TuningProgress progress = ProgressOf(state, totalSteps, TuningPhase.Training, null);
        Report(progress);
        if (Elapsed - _lastLine < BetweenLines)
            return;
        _lastLine = Elapsed;
        string place = FormattableString.Invariant($"Epoch {progress.Epoch} of {_epochs}, step {progress.Step} of {totalSteps}");
        string used = BudgetWords.Used(progress) is { } words ? $"{words}, " : "";
        string left = progress.Remaining is { } time ? NumberText.Duration(time) : "unknown time";
        string speed = FormattableString.Invariant($"{progress.RowsPerSecond:0} {_counted}/s, {left} left");
        Log($"{place}: loss {progress.Loss:0.0000}, {used}learning rate {progress.LearningRate:0.##e+0}, {speed}");
    }

    public void EndedEpoch(TuningState state, int totalSteps)
    {
        EpochReport epoch = state.Epochs[^1];
        string best = state.BestEpoch == epoch.Epoch && options.EarlyStopping is not null ? ", the best so far" : "";
        string validation = epoch.Validation is not { } v ? "" : $"; {Words(v)}{best}";
        Log($"Epoch {epoch.Epoch} of {_epochs}: loss {epoch.TrainingLoss:0.0000}, {epoch.RowsPerSecond:0} {_counted}/s{validation}");
        _lastLine = Elapsed;
        Report(ProgressOf(state, totalSteps, TuningPhase.Validated, epoch));
    }

    /// <summary>Reports how many of an epoch's validation rows have their transcripts; called first with none.</summary>
    public void Transcribed(int epoch, int done, int all)
    {
        if (done == 0)
            _writingBegan = Elapsed;
        TimeSpan? remaining = done == 0 ? null : (Elapsed - _writingBegan) * ((double)(all - done) / done);
        Report(new(
            TuningPhase.Transcribing, done, all, epoch, _epochs, double.NaN, double.NaN, double.NaN, Elapsed, remaining, null));
        if (remaining is not { } time || done == all || Elapsed - _lastLine < BetweenLines)
            return;
        _lastLine = Elapsed;
        Log($"Transcripts of {done} of {all} validation rows are written, {NumberText.Duration(time)} left");
    }

    /// <summary>What a model does on validation rows.</summary>
    public string Words(ValidationResult v)
    {
        string loss = FormattableString.Invariant($"validation loss {v.Loss:0.0000}, ");
        if (v.Transcripts is { } heard)
        {
            return loss + FormattableString.Invariant(
                $"word errors {heard.Words.Value:0.0000}, character errors {heard.Characters.Value:0.0000}");
        }

        return loss + (countsTokens
            ? FormattableString.Invariant($"perplexity {v.Perplexity:0.###}, guessed {v.MicroAccuracy:0.0000}")
            : FormattableString.Invariant($"accuracy {v.MicroAccuracy:0.0000}, macro {v.MacroAccuracy:0.0000}"));
    }

    private TuningProgress ProgressOf(TuningState state, int totalSteps, TuningPhase phase, EpochReport? epoch)
    {
        StepLoss last = state.Losses[^1];
        double rowsPerSecond = epoch?.RowsPerSecond ?? state.RowsPerSecond;
        int done = state.Step - _stepsBefore!.Value;
        TimeSpan? remaining = state.Stop is not null ? TimeSpan.Zero
            : done == 0 ? null
            : (Elapsed - _trainingBegan - (ProbedIn(state) - _probedBefore)) * ((double)(totalSteps - state.Step) / done);
        return new(
            phase, state.Step, totalSteps, epoch?.Epoch ?? state.Epoch, _epochs, last.Loss, last.LearningRate, rowsPerSecond, Elapsed,
            remaining, epoch?.Validation)
        {
            Keeping = state.Budget?.Course.LastOrDefault(),
            Used = state.Budget?.UsedNow,
        };
    }

    /// <summary>Probes come before the steps that are still to be done.</summary>
    private static TimeSpan ProbedIn(TuningState state) => state.Budget?.Probing ?? TimeSpan.Zero;

    private void Report(TuningProgress progress) => options.Progress?.Invoke(progress);
}
