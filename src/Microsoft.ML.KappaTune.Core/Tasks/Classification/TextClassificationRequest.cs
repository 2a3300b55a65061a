using System.ComponentModel.DataAnnotations;

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

    /// <summary>The classes' names; a label is a place among them.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The share of each label's weight that goes to all classes alike.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double LabelSmoothing { get; init; }

    public ClassWeights ClassWeights { get; init; }

    /// <summary>
    /// What trains; then nothing is scanned, and <see cref="TuningOptions.Selection"/> isn't used. Null: the selection decides.
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

    /// <summary>The most memory that outputs of frozen layers may take; null for a share of the machine's, for tests.</summary>
    public long? CacheBytes { get; init; }
}
