using Microsoft.ML.KappaTune.Tasks.Classification;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>What training works on, made before the first step; it stays the same to the last.</summary>
internal sealed record TrainingSetup
{
    public required TextClassificationRequest Task { get; init; }

    public required Device Device { get; init; }

    /// <summary>Rows to train on, as tokens.</summary>
    public required TokenizedRows Train { get; init; }

    /// <summary>Rows to validate on, as tokens; null for none.</summary>
    public required TokenizedRows? Validation { get; init; }

    /// <summary>The padding token.</summary>
    public required int PadId { get; init; }

    public required PartlyFrozenModel Model { get; init; }

    public required TrainedWeights Weights { get; init; }

    public required ClassificationLoss Loss { get; init; }

    /// <summary>The lower part's output for training rows.</summary>
    public required FrozenActivationCache TrainLower { get; init; }

    /// <summary>The lower part's output for validation rows.</summary>
    public required FrozenActivationCache ValidationLower { get; init; }

    public required TuningProgressReporter Watch { get; init; }

    /// <summary>Keeps a training state; does nothing where none are kept.</summary>
    public required Action Save { get; init; }

    /// <summary>Whether weights other than the last may be the result, or be needed after an interruption.</summary>
    public bool KeepsBest =>
        Task.Options is { EarlyStopping: not null } or { CancellationToken.CanBeCanceled: true } or { CheckpointDirectory: not null };
}
