using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>Does runs, one at a time.</summary>
internal static class Tuner
{
    // Threads and random numbers of the tensor library are the process's, so that two runs at once would disturb each other's, and
    // would be no faster.
    internal static readonly object OneAtATime = new();

    /// <summary>Runs from scan to report. Runs of several threads wait for each other; callbacks come on the caller's thread.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or nothing would be trained.</exception>
    /// <exception cref="CheckpointFormatException">The base model can't be read.</exception>
    /// <exception cref="FormatException">The control text isn't UTF-8, or is too short.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled before an epoch had ended.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became NaN or infinite.</exception>
    /// <exception cref="InsufficientMemoryException">The device's memory isn't enough; the message names remedies.</exception>
    public static TuningOutcome<TModel> Tune<TModel, TRows>(ITuningTask<TModel, TRows> task, Device device)
        where TModel : TextModel
        where TRows : class, ITaskRows
    {
        lock (OneAtATime)
        {
            using var threads = new ThreadSetting(task.Request.Options.Threads);
            using var memory = new KeptMemory();
            try
            {
                using var run = new TuningRun<TModel, TRows>(task, device);
                return run.Run();
            }
            catch (ExternalException e) when (IsOutOfMemory(e))
            {
                throw new InsufficientMemoryException(
                    $"The memory of {device} isn't enough for BatchSize = {task.Request.Options.BatchSize}. Lower BatchSize and raise "
                    + "GradientAccumulation as much, which gives the same gradients, or set a smaller MaxSequenceLength, or select fewer "
                    + "tensors.",
                    e);
            }
        }
    }

    /// <summary>Whether the tensor library says so, of a GPU or of the CPU.</summary>
    internal static bool IsOutOfMemory(ExternalException e) =>
        e.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || e.Message.Contains("can't allocate memory", StringComparison.Ordinal);
}
