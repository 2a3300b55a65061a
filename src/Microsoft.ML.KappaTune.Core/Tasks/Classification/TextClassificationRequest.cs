using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>What tuning a text classifier is asked to do.</summary>
internal sealed record TextClassificationRequest
{
    public required TuningOptions Options { get; init; }

    public required IReadOnlyList<TextExample> Train { get; init; }

    /// <summary>
    /// Rows to validate on after each epoch; null for a share of the training rows, <see cref="TuningOptions.ValidationFraction"/>.
    /// </summary>
    public IReadOnlyList<TextExample>? Validation { get; init; }

    /// <summary>A control text in memory; null for <see cref="TuningOptions.RetentionText"/>.</summary>
    public ControlSource? ControlTexts { get; init; }

    /// <summary>
    /// What is measured on what the model kept: the control text given or, for a budget, the sample that ships; null for no measuring.
    /// </summary>
    public ControlSource? Control => (ControlTexts, Options) switch
    {
        ({ } texts, _) => texts,
        (_, { RetentionText: { } name }) => ControlSource.Find(name),
        (_, { Budget: not null }) => ControlSource.Shipped,
        _ => null,
    };

    /// <summary>The classes' names; a label is a place among them.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The share of each label's weight that goes to all classes alike; the trainer's options check it.</summary>
    public double LabelSmoothing { get; init; }

    public ClassWeights ClassWeights { get; init; }

    /// <summary>
    /// What trains; then nothing is scanned, and <see cref="TuningOptions.Selection"/> and
    /// <see cref="TuningOptions.MaximumOptimizerMemory"/> aren't used. Null: these decide.
    /// </summary>
    public TuningPlan? Plan { get; init; }

    /// <summary>Called before the first step and after each epoch, with the model as it is then; measuring it changes nothing.</summary>
    public Action<EpochSnapshot>? EpochEnded { get; init; }

    /// <summary>Rows that were left out before, for the report.</summary>
    public int SkippedRows { get; init; }

    /// <summary>Takes lines for a log, without line breaks.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Takes warnings for a log, without line breaks.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Tells how long training takes; another one than the system's is for tests.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The most memory that outputs of frozen layers may take; null for a share of the machine's, for tests.</summary>
    public long? CacheBytes { get; init; }
}

/// <summary>A model in training, between two epochs.</summary>
/// <param name="Epoch">Epochs that ended: 0 before the first step.</param>
/// <param name="Model">The model, which goes on training afterwards; adapters are beside its weights.</param>
/// <param name="Training">What it does on the training rows, without dropout.</param>
/// <param name="Validation">What it does on the validation rows; null where there are none.</param>
internal sealed record EpochSnapshot(int Epoch, SequenceClassifier Model, ValidationResult Training, ValidationResult? Validation);

/// <summary>One row to learn from or to validate on.</summary>
/// <param name="Pair">The second text of a task on pairs; null for none.</param>
/// <param name="Label">The class, from 0.</param>
internal sealed record TextExample(string Text, string? Pair, int Label) : TaskText(Text, Pair);
