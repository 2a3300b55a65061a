using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// All methods at one training loss or, of models that hear, one word error rate, where they have learnt equally much. Runs are
/// interpolated between epochs.
/// </summary>
public sealed record MatchedAdaptation
{
    /// <summary>The training loss; null where the methods are compared at a word error rate.</summary>
    public required double? TrainLoss { get; init; }

    /// <summary>The word error rate of the test rows, of models that hear; absent of others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? WordErrorRate { get; init; }

    /// <summary>
    /// One row for each method and learning rate, in the order of methods; one row of each method is <see cref="MatchedRow.Best"/>.
    /// </summary>
    public required IReadOnlyList<MatchedRow> Rows { get; init; }

    /// <summary>Every other method against lowest κ, seed by seed; empty where lowest κ or seeds in common aren't there.</summary>
    public IReadOnlyList<MatchedDifference> Differences { get; init; } = [];
}

/// <summary>How much more a method forgets of the main control text than lowest κ does, both at their own learning rates.</summary>
public sealed record MatchedDifference
{
    public required string Method { get; init; }

    /// <summary>The mean over seeds of the differences, in nats, each between the means of a seed's runs.</summary>
    public required MeanInterval Forgetting { get; init; }

    /// <summary>The seeds that both have reached the loss with.</summary>
    public required int Seeds { get; init; }

    /// <summary>How likely as large a mean is where there is no difference: the paired t-test's two-sided p.</summary>
    public required double P { get; init; }

    /// <summary>The same, corrected for so many comparisons (Holm, 1979).</summary>
    public required double HolmP { get; init; }
}

/// <summary>A method with one learning rate at the common training loss.</summary>
public sealed record MatchedRow
{
    public required string Method { get; init; }

    public required double LearningRate { get; init; }

    /// <summary>Whether this learning rate is the method's: most of its runs reached the loss, and among equals it forgets least.</summary>
    public required bool Best { get; init; }

    /// <summary>How much worse the main control text is guessed, in nats a token; null where no run reached the loss.</summary>
    public MeanInterval? Forgetting { get; init; }

    /// <summary>How much worse each control text is guessed, in their order.</summary>
    public required IReadOnlyList<MeanInterval> ForgettingByControl { get; init; }

    /// <summary>By how much the share of right guesses fell on the main control text.</summary>
    public MeanInterval? AccuracyLost { get; init; }

    /// <summary>The accuracy on the test rows.</summary>
    public MeanInterval? Accuracy { get; init; }

    /// <inheritdoc cref="Accuracy"/>
    public MeanInterval? MacroAccuracy { get; init; }

    /// <inheritdoc cref="ComparisonPoint.Drift"/>
    public MeanInterval? Drift { get; init; }

    /// <inheritdoc cref="ComparisonPoint.Divergence"/>
    public MeanInterval? Divergence { get; init; }

    /// <summary>The character error rate of the test rows, of models that hear; absent of others.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MeanInterval? CharacterErrorRate { get; init; }

    /// <summary>Epochs until the loss was reached, with a fraction.</summary>
    public MeanInterval? Epochs { get; init; }

    /// <summary>Seconds of training until then, without measurements; null where a run doesn't say.</summary>
    public MeanInterval? TrainingSeconds { get; init; }

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
