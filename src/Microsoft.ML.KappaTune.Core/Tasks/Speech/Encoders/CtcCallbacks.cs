using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>The state of an encoder's training.</summary>
internal sealed class CtcState : TrainingState
{
    /// <summary>The step after which an epoch ended last and was measured; -1 before the first was to begin.</summary>
    public int Ended { get; set; } = -1;

    /// <summary>What was measured before the first step and after each epoch.</summary>
    public List<CtcMeasurement> Measured { get; init; } = [];
}

/// <summary>Measures the encoder and keeps the state after each epoch, and says how far it is.</summary>
/// <param name="save">Keeps a state; does nothing where none are kept.</param>
internal sealed class CtcCallbacks(EncoderRequest request, CtcTask task, CtcState state, Action save) : ITrainingCallbacks
{
    private readonly int _allSteps = checked(task.StepsPerEpoch * request.Epochs);
    private readonly EncoderProgress _progress = new(request, task.StepsPerEpoch, state.Step);

    /// <exception cref="OperationCanceledException">It was cancelled; the state is kept.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became NaN or infinite.</exception>
    public void Run(TrainingLoop<RowBatch, CtcMeasurement> loop)
    {
        try
        {
            loop.Run(this);
        }
        catch (OperationCanceledException) when (request.CancellationToken.IsCancellationRequested)
        {
            save();
            throw;
        }
    }

    public bool BeforeStep()
    {
        if (state.Step % task.StepsPerEpoch == 0 && state.Step != state.Ended)
            EndEpoch();
        request.CancellationToken.ThrowIfCancellationRequested();
        return state.Step < _allSteps;
    }

    public bool GoesBack() => false;

    public void AfterStep(double loss, int samples) => _progress.Stepped(state.Losses[^1]);

    private void EndEpoch()
    {
        int epoch = state.Step / task.StepsPerEpoch;
        string learnt = epoch == 0 ? "" : FormattableString.Invariant(
            $", loss {state.Losses.TakeLast(task.StepsPerEpoch).Average(step => step.Loss):0.000} a character");
        if (task.Measure(state.Step, request.CancellationToken) is { } measured)
        {
            state.Measured.Add(measured);
            learnt += FormattableString.Invariant($", on the validation rows {measured.Loss:0.000}, word errors ")
                + FormattableString.Invariant($"{measured.Errors.Words.Value:0.000}; heard \"{measured.Heard}\"");
        }

        state.Ended = state.Step;
        _progress.EndedEpoch(epoch, learnt);
        save();
    }
}
