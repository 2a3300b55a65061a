using Microsoft.ML.KappaTune.Tasks.Speech;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// The encoders that learnt alone, by characters, a file for each seed in the comparison's folder: all methods begin with the same one.
/// </summary>
internal static class FirstEncoders
{
    private const double LearningRate = 1e-3;

    /// <summary>Trains those that are missing.</summary>
    /// <exception cref="ArgumentException">No recording can be learnt from.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; those that are done are kept.</exception>
    public static void Train(
        IEnumerable<CellSpec> specs, RecordingRows rows, IComparisonProgress progress, CancellationToken cancellationToken)
    {
        if (rows.How.EncoderEpochs == 0)
            return;
        foreach (CellSpec spec in specs.DistinctBy(spec => rows.EncoderKey(spec.Identity)))
        {
            string file = PathOf(spec, rows);
            if (File.Exists(file))
                continue;
            progress.Note($"Training the encoder of seed {spec.Identity.Seed} alone, by characters.");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            EncoderPretraining.Run(new EncoderRequest
            {
                Fusion = rows.How.Fusion,
                Train = rows.Train,
                Epochs = rows.How.EncoderEpochs,
                BatchSize = spec.Identity.BatchSize,
                LearningRate = rows.How.Fusion.EncoderLearningRate ?? LearningRate,
                Seed = spec.Identity.Seed,
                Device = spec.Identity.Device,
                Threads = spec.Identity.Threads,
                Output = file,
                Warn = line => progress.Note($"Warning: {line}"),
                CancellationToken = cancellationToken,
            });
        }
    }

    /// <summary>The file that a run begins with; null where encoders begin with random weights.</summary>
    /// <exception cref="FormatException">It isn't there.</exception>
    public static string? Find(CellSpec spec, RecordingRows rows)
    {
        if (rows.How.EncoderEpochs == 0)
            return null;
        string file = PathOf(spec, rows);
        return File.Exists(file)
            ? file
            : throw new FormatException($"{spec.Output} doesn't hold the encoder of seed {spec.Identity.Seed}. Start the comparison anew.");
    }

    private static string PathOf(CellSpec spec, RecordingRows rows) =>
        Path.Combine(spec.Output, "encoders", $"{rows.EncoderKey(spec.Identity)}.safetensors");
}
