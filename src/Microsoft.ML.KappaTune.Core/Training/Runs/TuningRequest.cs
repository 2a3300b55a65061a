using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>What tuning a model is asked to do, whatever the task.</summary>
internal abstract record TuningRequest
{
    public required TuningOptions Options { get; init; }

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

    /// <summary>
    /// Texts that a language model goes on with before training and after, for the report; it says nothing about other models.
    /// </summary>
    public IReadOnlyList<string> RetentionPrompts { get; init; } = [];

    /// <summary>
    /// What trains; then nothing is scanned, and <see cref="TuningOptions.Selection"/> and
    /// <see cref="TuningOptions.MaximumOptimizerMemory"/> aren't used. Null: these decide.
    /// </summary>
    public TuningPlan? Plan { get; init; }

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
