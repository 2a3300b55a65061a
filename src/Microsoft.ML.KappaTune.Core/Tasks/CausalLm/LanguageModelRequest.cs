using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>What tuning a language model is asked to do.</summary>
internal sealed record LanguageModelRequest : TuningRequest
{
    public required IReadOnlyList<LanguageModelExample> Train { get; init; }

    /// <summary>
    /// Texts to validate on after each epoch; null for a share of the training texts, <see cref="TuningOptions.ValidationFraction"/>.
    /// </summary>
    public IReadOnlyList<LanguageModelExample>? Validation { get; init; }

    /// <summary>Whether the loss counts prompts' tokens as well as their completions'.</summary>
    public bool CountsPrompts { get; init; }

    /// <summary>Whether the token that ends a text is appended to texts and completions, and counts: so the model learns to stop.</summary>
    public bool AppendsEnd { get; init; } = true;

    /// <summary>Whether training texts are put together into rows of the longest text's length; the loss is the same.</summary>
    public bool Packs { get; init; }

    /// <summary>How much it counts in the loss how unevenly a mixture's routers spread tokens over experts; 0 for not at all.</summary>
    public double RouterBalance { get; init; }

    /// <summary>Called before the first step and after each epoch, with the model as it is then; measuring it changes nothing.</summary>
    public Action<LanguageModelSnapshot>? EpochEnded { get; init; }
}

/// <summary>A model in training, between two epochs.</summary>
/// <param name="Epoch">Epochs that ended: 0 before the first step.</param>
/// <param name="Model">The model, which goes on training afterwards; adapters are beside its weights.</param>
/// <param name="Training">What it does on the training rows, without dropout.</param>
/// <param name="Validation">What it does on the validation rows; null where there are none.</param>
internal sealed record LanguageModelSnapshot(
    int Epoch, CausalLanguageModel Model, ValidationResult Training, ValidationResult? Validation);
