using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Training.Runs;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>Trains language models from random weights. Threads and random numbers are the process's: one run at a time.</summary>
public static class Pretrainer
{
    /// <summary>Runs to the end, or goes on from where a run was interrupted; callbacks come on the caller's thread.</summary>
    /// <exception cref="ArgumentException">Options are out of range, or there is no such device.</exception>
    /// <exception cref="CheckpointFormatException">The tokenizer can't be used, or the state is damaged.</exception>
    /// <exception cref="FormatException">A text isn't UTF-8, or has too few tokens.</exception>
    /// <exception cref="InvalidOperationException">There is a state of another run, or one that isn't asked to be resumed.</exception>
    /// <exception cref="IOException">A file can't be read, or the output is there already.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; with a state to go on from if training had begun.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became NaN or infinite.</exception>
    /// <exception cref="InsufficientMemoryException">The device's memory isn't enough.</exception>
    public static PretrainingReport Run(PretrainingRequest request)
    {
        PretrainingRequestCheck.Validate(request);
        Device device = DeviceName.Parse(request.Device);
        using var threads = new ThreadSetting(request.Threads);
        using var memory = new KeptMemory();
        try
        {
            return new PretrainingRun(request, device).Run();
        }
        catch (ExternalException e) when (Tuner.IsOutOfMemory(e))
        {
            throw new InsufficientMemoryException(
                $"The memory of {device} isn't enough for batchSize {request.Options.BatchSize}. Lower batchSize or maximumTokens.", e);
        }
    }
}
