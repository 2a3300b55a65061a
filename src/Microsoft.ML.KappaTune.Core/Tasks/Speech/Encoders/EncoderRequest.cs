using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>What training an encoder alone is asked to do, by connectionist temporal classification of transcripts' characters.</summary>
internal sealed record EncoderRequest
{
    /// <summary>The encoder's sizes, the same that a fused model is to have.</summary>
    public FusionOptions Fusion { get; init; } = new() { Convolutions = 2, StackedVectors = 2 };

    public required IReadOnlyList<SpeechExample> Train { get; init; }

    /// <summary>Rows to measure the encoder on after each epoch; null for none.</summary>
    public IReadOnlyList<SpeechExample>? Validation { get; init; }

    /// <summary>Passes over the rows, 1 or more. Default: 5.</summary>
    [Range(1, int.MaxValue)]
    public int Epochs { get; init; } = 5;

    /// <summary>Rows a step, 1 or more. Default: 16.</summary>
    [Range(1, int.MaxValue)]
    public int BatchSize { get; init; } = 16;

    /// <summary>The highest learning rate; above 0, at most 1. Default: 1e-3.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>AdamW's weight decay of weights; 0 or more, below 1. Default: 0.01.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The share of the steps in which the rate rises, before it falls; 0 or more, below 1. Default: 0.1.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double WarmupRatio { get; init; } = 0.1;

    /// <summary>Decides about the first weights and the order of rows. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>As <see cref="TuningOptions.Device"/>.</summary>
    [Allowed(DeviceName.Allowed), NoEffectOnResult]
    public string Device { get; init; } = "auto";

    /// <summary>As <see cref="TuningOptions.Threads"/>.</summary>
    [Range(0, int.MaxValue), NoEffectOnResult]
    public int Threads { get; init; }

    /// <summary>The safetensors file to write the encoder to.</summary>
    [MinLength(1), Allowed("a file"), NoEffectOnResult]
    public required string Output { get; init; }

    /// <summary>A folder for a state after each epoch, from which an interrupted run goes on; null for none.</summary>
    [MinLength(1), Allowed("a folder"), NoEffectOnResult]
    public string? CheckpointDirectory { get; init; }

    /// <summary>Whether to go on from the state that is there.</summary>
    [NoEffectOnResult]
    public bool Resume { get; init; }

    /// <summary>Called after every step, from the training thread; null for nobody.</summary>
    public Action<TuningProgress>? Progress { get; init; }

    /// <summary>Takes lines for a log, without line breaks.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Takes warnings for a log, without line breaks.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Ends the run within a step.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <exception cref="ArgumentException">Something isn't allowed; the message names all that isn't.</exception>
    public Device Check()
    {
        var problems = new OptionProblems();
        problems.Check(this);
        Fusion?.Check(problems.Within(nameof(Fusion)));
        problems.Require(
            Fusion?.EncoderModel is null, $"{nameof(Fusion)}.{nameof(FusionOptions.EncoderModel)}", Fusion?.EncoderModel,
            "null: an encoder that is read has learnt already");
        problems.Require(Train.Count > 0, nameof(Train), "", "one row or more");
        problems.Require(Validation is not { Count: 0 }, nameof(Validation), "", "one row or more, or null");
        problems.Require(
            Train.Concat(Validation ?? []).Select(row => row.Frames.Size).Distinct().Count() < 2, nameof(Train),
            "of frames of several sizes", "frames of one size");
        problems.Require(CheckpointDirectory is not null || !Resume, nameof(Resume), Resume, "false where CheckpointDirectory is null");
        problems.Throw();
        return DeviceName.Parse(Device);
    }
}
