using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>What tuning a language model on speech is asked to do.</summary>
internal sealed record SpeechRequest : TuningRequest
{
    /// <summary>The encoder, the projector and the prompts.</summary>
    public FusionOptions Fusion { get; init; } = new();

    public required IReadOnlyList<SpeechExample> Train { get; init; }

    /// <summary>
    /// Rows to validate on after each epoch; null for a share of the training rows, <see cref="TuningOptions.ValidationFraction"/>.
    /// </summary>
    public IReadOnlyList<SpeechExample>? Validation { get; init; }

    /// <summary>
    /// How the validation rows' transcripts are written, of which word and character errors are counted; null where they aren't.
    /// </summary>
    public GenerationOptions? Writing { get; init; }

    /// <summary>
    /// A file of weights that the encoder begins with, such as those that <see cref="EncoderPretraining"/> gives; null for random ones.
    /// </summary>
    public string? Encoder { get; init; }

    /// <summary>Called before the first step and after each epoch, with the model as it is then; measuring it changes nothing.</summary>
    public Action<SpeechSnapshot>? EpochEnded { get; init; }
}

/// <summary>A model in training, between two epochs.</summary>
/// <param name="Epoch">Epochs that ended: 0 before the first step.</param>
/// <param name="Model">The model, which goes on training afterwards; adapters are beside its weights.</param>
/// <param name="MeasureTraining">Measures what it does on the training rows, which takes a pass over them.</param>
/// <param name="Validation">What it does on the validation rows; null where there are none.</param>
internal sealed record SpeechSnapshot(int Epoch, FusedModel Model, Func<ValidationResult> MeasureTraining, ValidationResult? Validation);
