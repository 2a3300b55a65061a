using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Tasks.CausalLm;
using Microsoft.ML.KappaTune.Tasks.Speech;

namespace Microsoft.ML.KappaTune.Speech;

/// <summary>Has the encoder learn alone, by the characters of transcripts, before the model learns to read what it says.</summary>
internal static class FirstEncoder
{
    // Beside the run's own state, which it may come before.
    private const string Folder = "encoder", WeightsFile = "encoder.safetensors";

    /// <summary>Trains it on the rows that the run trains on.</summary>
    /// <param name="options">Checked options, with epochs for it.</param>
    /// <param name="validation">Rows to measure on; null where the options take a share of the others, or none.</param>
    /// <param name="spool">A folder for its weights, where no training state is kept.</param>
    /// <param name="progress">Called after every step.</param>
    /// <returns>The file of its weights.</returns>
    /// <exception cref="ArgumentException">No row can be learnt from.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static string Train(
        KappaTuneSpeechEstimator.Options options, IReadOnlyList<SpeechExample> train, IReadOnlyList<SpeechExample>? validation,
        string spool, Action<TuningProgress> progress, Action<string> log, Action<string> warn)
    {
        if (validation is null && options.ValidationFraction > 0 && train.Count > 1)
        {
            // It would have heard what the run validates on.
            bool[] isTaken = CausalLmTask.Taken(train.Count, options.ValidationFraction, RandomSeeds.ForValidation(options.Seed));
            validation = [.. train.Where((_, i) => isTaken[i])];
            train = [.. train.Where((_, i) => !isTaken[i])];
        }

        string? states = options.CheckpointDirectory is { } folder ? Path.Combine(folder, Folder) : null;
        string file = Path.Combine(states is null ? spool : Directory.CreateDirectory(states).FullName, WeightsFile);
        FusionOptions fusion = options.Fusion ?? new();
        EncoderPretraining.Run(new EncoderRequest
        {
            Fusion = fusion,
            Train = train,
            Validation = validation,
            Epochs = options.EncoderEpochs,
            BatchSize = options.BatchSize,
            LearningRate = fusion.EncoderLearningRate ?? options.HeadLearningRate,
            WeightDecay = options.WeightDecay,
            WarmupRatio = options.WarmupRatio,
            Seed = options.Seed,
            Device = options.Device,
            Threads = options.Threads,
            Output = file,
            CheckpointDirectory = states,
            Resume = options.Resume,
            Progress = progress,
            Log = log,
            Warn = warn,
            CancellationToken = options.CancellationToken,
        });
        return file;
    }
}
