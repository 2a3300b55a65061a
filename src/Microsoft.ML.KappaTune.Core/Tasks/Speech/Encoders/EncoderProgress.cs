using System.Diagnostics;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>
/// Tells the caller how far an encoder is that learns alone: every step to the callback, and to the log what a person wants to read.
/// </summary>
/// <param name="stepsPerEpoch">Steps of an epoch.</param>
/// <param name="stepsBefore">Steps that were done before this process.</param>
internal sealed class EncoderProgress(EncoderRequest request, int stepsPerEpoch, int stepsBefore)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _allSteps = checked(stepsPerEpoch * request.Epochs);
    private TimeSpan _lastLine;

    /// <summary>Called after each step.</summary>
    public void Stepped(StepLoss last)
    {
        int epoch = (last.Step - 1) / stepsPerEpoch + 1;
        TimeSpan elapsed = _clock.Elapsed, left = elapsed * ((double)(_allSteps - last.Step) / (last.Step - stepsBefore));
        request.Progress?.Invoke(new(
            TuningPhase.EncoderAlone, last.Step, _allSteps, epoch, request.Epochs, last.Loss, last.LearningRate, double.NaN, elapsed, left,
            null));
        if (elapsed - _lastLine < TuningProgressReporter.BetweenLines)
            return;
        string place = FormattableString.Invariant($"epoch {epoch} of {request.Epochs}, step {last.Step} of {_allSteps}");
        Log(FormattableString.Invariant($"{place}: loss {last.Loss:0.000} a character, {NumberText.Duration(left)} left"));
    }

    /// <summary>Called before the first step, with 0, and after each epoch.</summary>
    /// <param name="epoch">Epochs that ended.</param>
    /// <param name="learnt">What was learnt and measured, in words.</param>
    public void EndedEpoch(int epoch, string learnt) =>
        Log(FormattableString.Invariant($"epoch {epoch} of {request.Epochs}{learnt}"));

    private void Log(string line)
    {
        _lastLine = _clock.Elapsed;
        request.Log?.Invoke($"The encoder alone: {line}");
    }
}
