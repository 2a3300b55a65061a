using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>What tuning a text classifier is asked to do.</summary>
internal sealed record TextClassificationRequest : TuningRequest
{
    public required IReadOnlyList<TextExample> Train { get; init; }

    /// <summary>
    /// Rows to validate on after each epoch; null for a share of the training rows, <see cref="TuningOptions.ValidationFraction"/>.
    /// </summary>
    public IReadOnlyList<TextExample>? Validation { get; init; }

    /// <summary>The classes' names; a label is a place among them.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>What the classes are to the model; the trainer's options check it.</summary>
    public ClassLabels Labels { get; init; } = ClassLabels.AsOutputs;

    /// <summary>The share of each label's weight that goes to all classes alike; the trainer's options check it.</summary>
    public double LabelSmoothing { get; init; }

    public ClassWeights ClassWeights { get; init; }

    /// <summary>Called before the first step and after each epoch, with the model as it is then; measuring it changes nothing.</summary>
    public Action<EpochSnapshot>? EpochEnded { get; init; }
}

/// <summary>A model in training, between two epochs.</summary>
/// <param name="Epoch">Epochs that ended: 0 before the first step.</param>
/// <param name="Model">The model, which goes on training afterwards; adapters are beside its weights.</param>
/// <param name="Training">What it does on the training rows, without dropout.</param>
/// <param name="Validation">What it does on the validation rows; null where there are none.</param>
internal sealed record EpochSnapshot(int Epoch, ClassifierModel Model, ValidationResult Training, ValidationResult? Validation);

/// <summary>One row to learn from or to validate on.</summary>
/// <param name="Pair">The second text of a task on pairs; null for none.</param>
/// <param name="Label">The class, from 0.</param>
internal sealed record TextExample(string Text, string? Pair, int Label) : TaskText(Text, Pair);
