using Microsoft.ML.KappaTune;

/// <summary>What came of a run: a line of the results file.</summary>
internal sealed record BudgetResult
{
    public required BudgetCell Cell { get; init; }

    /// <summary>What ended the training before its time; null where nothing did, and then all else is known.</summary>
    public string? Failure { get; init; }

    /// <summary>The share of the test rows that were told right.</summary>
    public double Accuracy { get; init; }

    /// <summary>The rise of the base's own loss on control text, as a share of the base's; measured alike with a budget and without.</summary>
    public double LossRise { get; init; }

    /// <summary>KL(base, tuned) on control text, in nats a sentence; null where it isn't measured.</summary>
    public double? Divergence { get; init; }

    /// <summary>The last layer's cosine distance on control text.</summary>
    public double Drift { get; init; }

    /// <summary>Seconds of the whole run by the clock, from rows and files to the result.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds of the whole run that the processor spent on it: other work on the machine hardly changes them.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>The processor's seconds for a measurement of the result on control text, which a run without a budget doesn't have.</summary>
    public double MeasuringSeconds { get; init; }

    /// <summary>The report's training time.</summary>
    public double TrainingSeconds { get; init; }

    public int Steps { get; init; }

    /// <summary>Two numbers of 4 bytes for each that trains.</summary>
    public long OptimizerBytes { get; init; }

    /// <summary>How the run kept to its budget; null without one.</summary>
    public BudgetKeeping? Keeping { get; init; }
}

/// <summary>How a run kept to its budget, of its report.</summary>
internal sealed record BudgetKeeping
{
    public required double LearningRate { get; init; }

    public required int Probes { get; init; }

    public required double ProbingSeconds { get; init; }

    public required double WatchingSeconds { get; init; }

    public required double DecidingSeconds { get; init; }

    public required int Rollbacks { get; init; }

    public required bool IsFrozen { get; init; }

    public required double Interpolation { get; init; }

    public required BudgetOutcome Outcome { get; init; }

    /// <summary>The share of the budget that was used on the half that decided.</summary>
    public required double? DecidedUsed { get; init; }

    /// <summary>The share of the budget that was used on the half that had no part in any decision.</summary>
    public required double? HeldOutUsed { get; init; }

    public required bool? IsHeld { get; init; }

    public static BudgetKeeping From(BudgetReport report) => new()
    {
        LearningRate = report.LearningRate ?? 0,
        Probes = report.Probes.Count,
        ProbingSeconds = report.ProbingTime.TotalSeconds,
        WatchingSeconds = report.WatchingTime.TotalSeconds,
        DecidingSeconds = report.DecidingTime.TotalSeconds,
        Rollbacks = report.Course.Count(point => point.Action == BudgetAction.RolledBack),
        IsFrozen = report.Course.Any(point => point.Action == BudgetAction.Frozen),
        Interpolation = report.Interpolation,
        Outcome = report.Outcome,
        DecidedUsed = report.Decided is { } decided ? report.Budget.Used(decided) : null,
        HeldOutUsed = report.Used,
        IsHeld = report.IsHeld,
    };
}
