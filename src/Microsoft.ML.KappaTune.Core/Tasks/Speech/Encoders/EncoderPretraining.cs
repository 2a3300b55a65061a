using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Resume;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>What training an encoder alone gave.</summary>
/// <param name="Losses">The mean loss of a character, of every step.</param>
/// <param name="Measured">What was measured on the validation rows before the first step and after each epoch.</param>
/// <param name="Rows">Rows that it learnt from.</param>
/// <param name="Dropped">Rows that were left out.</param>
internal sealed record EncoderReport(IReadOnlyList<StepLoss> Losses, IReadOnlyList<CtcMeasurement> Measured, int Rows, int Dropped);

/// <summary>
/// Trains an encoder of frames alone, by connectionist temporal classification (Graves et al., 2006) of the characters of transcripts,
/// before a decoder learns to read it.
/// </summary>
internal static class EncoderPretraining
{
    /// <summary>Trains, and writes the encoder's weights. Runs of several threads wait for each other.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or no row can be learnt from.</exception>
    /// <exception cref="TrainingStateMismatchException">There is a state to resume, of another run.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became NaN or infinite.</exception>
    public static EncoderReport Run(EncoderRequest request)
    {
        Device device = request.Check();
        lock (Tuner.OneAtATime)
        {
            using var threads = new ThreadSetting(request.Threads);
            using var memory = new KeptMemory();
            return Run(request, device);
        }
    }

    private static EncoderReport Run(EncoderRequest request, Device device)
    {
        // The projector isn't there, so that the decoder's size is any.
        FusionConfig config = FusionConfig.Create(request.Fusion, request.Train[0].Frames.Size, decoderSize: 1);
        var alphabet = new CtcAlphabet(request.Train.Select(row => row.Transcript));
        CtcRows train = Rows("training", request.Train, nameof(request.Train));
        CtcRows? measured =
            request.Validation is { } validation ? Rows("validation", validation, nameof(request.Validation)) : null;

        using CtcEncoder encoder = CtcEncoder.Create(config, alphabet.Count, RandomSeeds.ForWeights(request.Seed), device);
        var task = new CtcTask(request, encoder, alphabet, train, measured, device);
        // β₂ = 0.98 forgets the large gradients of the first steps sooner, as in pre-training.
        using var weights = TrainedWeights.CreateForAll(encoder, isBFloat16: false);
        using FlatAdamW optimizer = weights.NewOptimizer(request.LearningRate, request.LearningRate, request.WeightDecay, beta2: 0.98);
        using TrainingStateStore<CtcState>? states = request.CheckpointDirectory is { } folder
            ? new(folder, Identity(request), device, ThreadSetting.CountOf(request.Threads), request.Resume)
            : null;
        using CtcState state = states?.Saved ?? new();
        state.LearningRate = request.LearningRate;
        states?.Restore(weights, optimizer);
        int steps = checked(task.StepsPerEpoch * request.Epochs);
        var rates = new LearningRates(LearningRateSchedule.Linear, request.WarmupRatio, steps);
        var settings = new TrainingSettings
        {
            Seed = request.Seed,
            TotalSteps = steps,
            Rates = rates,
            HeadRates = rates,
            GradientClip = 1,
            Remedy = "Lower LearningRate, or raise WarmupRatio.",
        };
        new CtcCallbacks(request, task, state, () => states?.Save(state, weights, optimizer))
            .Run(new(task, settings, weights, optimizer, state));
        FusionFiles.SaveWeights(request.Output, encoder);
        return new([.. state.Losses], [.. state.Measured], train.Count, train.Dropped);

        CtcRows Rows(string what, IReadOnlyList<SpeechExample> examples, string name)
        {
            var rows = new CtcRows(examples, alphabet, config);
            const string Why = "have no frames, characters that the training rows haven't, or more characters than the encoder has states";
            if (rows.Count == 0)
            {
                throw new ArgumentException(
                    $"All of the {examples.Count} {what} rows {Why}: fewer Convolutions give more states.", name);
            }

            if (rows.Dropped > 0)
                request.Warn?.Invoke($"{rows.Dropped} of {examples.Count} {what} rows {Why}: they are left out.");
            return rows;
        }
    }

    private static SortedDictionary<string, string> Identity(EncoderRequest request)
    {
        var identity = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [nameof(request.Epochs)] = TuningIdentity.Text(request.Epochs),
            [nameof(request.BatchSize)] = TuningIdentity.Text(request.BatchSize),
            [nameof(request.LearningRate)] = TuningIdentity.Text(request.LearningRate),
            [nameof(request.WeightDecay)] = TuningIdentity.Text(request.WeightDecay),
            [nameof(request.WarmupRatio)] = TuningIdentity.Text(request.WarmupRatio),
            [nameof(request.Seed)] = TuningIdentity.Text(request.Seed),
            ["the training rows"] = SpeechIdentity.HashOf(request.Train),
            ["the validation rows"] = request.Validation is { } rows ? SpeechIdentity.HashOf(rows) : "none",
        };
        SpeechIdentity.AddFusion(identity, request.Fusion);
        return identity;
    }
}
