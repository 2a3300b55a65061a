namespace Microsoft.ML.KappaTune.Study;

/// <summary>A method with one learning rate after the last epoch, however much each run has learnt by then.</summary>
public sealed record LastRow
{
    public required string Method { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Runs that have a result: all means are over these.</summary>
    public required int Ended { get; init; }

    /// <summary>All runs, failed ones among them.</summary>
    public required int Runs { get; init; }

    /// <inheritdoc cref="ComparisonPoint.TestLoss"/>
    public MeanError? TestLoss { get; init; }

    /// <inheritdoc cref="ComparisonPoint.Divergence"/>
    public MeanError? Divergence { get; init; }

    /// <summary>How much worse the main control text is guessed than by the base, in nats.</summary>
    public MeanError? Forgetting { get; init; }

    /// <inheritdoc cref="ComparisonPoint.Accuracy"/>
    public MeanError? Accuracy { get; init; }

    /// <inheritdoc cref="ComparisonPoint.WordErrorRate"/>
    public MeanError? WordErrorRate { get; init; }

    /// <inheritdoc cref="ComparisonPoint.CharacterErrorRate"/>
    public MeanError? CharacterErrorRate { get; init; }
}

/// <summary>A mean over runs with its standard error.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Error">Over seeds or over draws, whichever is larger; null for one run.</param>
public sealed record MeanError(double Mean, double? Error);
