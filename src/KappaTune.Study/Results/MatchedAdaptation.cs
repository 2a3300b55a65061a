namespace Microsoft.ML.KappaTune.Study;

/// <summary>All methods where they have learnt the same: at one training loss, to which each run is interpolated between epochs.</summary>
public sealed record MatchedAdaptation
{
    public required double TrainLoss { get; init; }

    /// <summary>
    /// One for each method and learning rate, in the order of methods; <see cref="MatchedRow.Best"/> is set once a method.
    /// </summary>
    public required IReadOnlyList<MatchedRow> Rows { get; init; }
}

/// <summary>A method with one learning rate at the common training loss.</summary>
public sealed record MatchedRow
{
    public required string Method { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Whether this is the method's learning rate: of those with most runs that reach, the one that forgets least.</summary>
    public required bool Best { get; init; }

    /// <summary>How much worse the main control text is guessed, in nats a token; null where no run reached the loss.</summary>
    public MeanInterval? Forgetting { get; init; }

    /// <summary>The same for every control, in their order.</summary>
    public required IReadOnlyList<MeanInterval> ForgettingByControl { get; init; }

    /// <summary>By how much the share of right guesses fell on the main control text.</summary>
    public MeanInterval? AccuracyLost { get; init; }

    /// <summary>On the test rows.</summary>
    public MeanInterval? Accuracy { get; init; }

    /// <inheritdoc cref="Accuracy"/>
    public MeanInterval? MacroAccuracy { get; init; }

    /// <inheritdoc cref="ComparisonPoint.Drift"/>
    public MeanInterval? Drift { get; init; }

    /// <summary>Epochs until then, counted in parts of one.</summary>
    public MeanInterval? Epochs { get; init; }

    /// <summary>Runs that reached the loss: all means are over these.</summary>
    public required int Reached { get; init; }

    /// <summary>All runs, failed ones among them.</summary>
    public required int Runs { get; init; }
}

/// <summary>A mean over runs with its 95 % interval.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Low">The lower end, by Student's t over seeds or over draws, whichever gives the wider interval; null for one run.</param>
/// <param name="High">The upper end; null for one run.</param>
public sealed record MeanInterval(double Mean, double? Low, double? High);
