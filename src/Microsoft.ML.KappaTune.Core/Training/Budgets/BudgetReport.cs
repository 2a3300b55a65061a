using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune;

/// <summary>What a run learnt against what it cost, and how it kept to its budget. Immutable.</summary>
public sealed record BudgetReport
{
    /// <summary>What was allowed.</summary>
    public required RetentionBudget Budget { get; init; }

    /// <summary>The control text: a path, a column, or the English prose that ships.</summary>
    public required string Text { get; init; }

    /// <summary>What the base model had to do on it; null where only drift can be measured.</summary>
    public RetentionObjective? Objective { get; init; }

    /// <summary>Windows, or pairs of sentences, of the half of the control text that decided.</summary>
    public required int DecidingSamples { get; init; }

    /// <summary>How many of these were measured by probes and within the run; all of them in the end.</summary>
    public required int WatchedSamples { get; init; }

    /// <summary>Measurements that were planned within the run, the closer together the earlier; fewer where it ended before.</summary>
    public required int PlannedMeasurements { get; init; }

    /// <summary>
    /// The highest learning rate that the run began with: the user's, or what the probes found; null where it ended before one was found.
    /// </summary>
    public required double? LearningRate { get; init; }

    /// <summary>The probes, by their rates; empty where the user gave the rate.</summary>
    public required IReadOnlyList<RateProbe> Probes { get; init; }

    /// <summary>The run, measurement by measurement.</summary>
    public required IReadOnlyList<BudgetPoint> Course { get; init; }

    /// <summary>
    /// Where the result is between the base, 0, and what was trained, 1: selected tensors, or both matrices of an adapter, are
    /// base + share · (trained − base).
    /// </summary>
    public required double Interpolation { get; init; }

    /// <summary>
    /// What the result does on the validation rows; where <see cref="Interpolation"/> is 1, that is what it did after its epoch. Null without
    /// such rows, and where the run was cancelled.
    /// </summary>
    public ValidationResult? Validation { get; init; }

    /// <summary>What the result used of the budget on the whole deciding half; null where the run was cancelled.</summary>
    public BudgetMeasurement? Decided { get; init; }

    /// <summary>The share of the budget that the upper bound of <see cref="Decided"/> uses; null where the run was cancelled.</summary>
    public double? DecidedUsed { get; init; }

    /// <summary>What came of it.</summary>
    public required BudgetOutcome Outcome { get; init; }

    /// <summary>
    /// The step whose weights are the result, the last within the budget, where a run was cancelled after it had gone back from those of its
    /// best epoch; null elsewhere.
    /// </summary>
    public int? ReturnedToStep { get; init; }

    /// <summary>Samples of the half that had no part in any decision; 0 where it wasn't measured.</summary>
    public int HeldOutSamples { get; init; }

    /// <summary>The rise of the loss on that half, as a share of the base's, with its 95 % interval; null where it isn't measured.</summary>
    public RetentionEstimate? LossIncrease { get; init; }

    /// <summary>KL(base, tuned) on that half, in nats a token or a sentence; null where it isn't measured.</summary>
    public RetentionEstimate? Divergence { get; init; }

    /// <summary>The last layer's cosine distance on that half; null where it isn't measured.</summary>
    public RetentionEstimate? Drift { get; init; }

    /// <summary>The share of the budget that was used on that half; null where it wasn't measured.</summary>
    public double? Used { get; init; }

    /// <summary>Whether the figures of that half are within the budget; null where they weren't measured.</summary>
    public bool? IsHeld { get; init; }

    /// <summary>Time spent on finding the rate.</summary>
    [JsonPropertyName("probing_seconds"), JsonConverter(typeof(SecondsConverter))]
    public required TimeSpan ProbingTime { get; init; }

    /// <summary>Time spent on measuring within the run.</summary>
    [JsonPropertyName("watching_seconds"), JsonConverter(typeof(SecondsConverter))]
    public required TimeSpan WatchingTime { get; init; }

    /// <summary>Time spent at the end on the deciding half, and on weights between base and tuned.</summary>
    [JsonPropertyName("deciding_seconds"), JsonConverter(typeof(SecondsConverter))]
    public required TimeSpan DecidingTime { get; init; }

    /// <summary>What to know of a result that isn't within the budget on other text; null for nothing.</summary>
    [JsonIgnore]
    internal string? Warning => IsHeld != false ? null
        : $"On the half of {Text} that decided nothing, the result used {BudgetWords.Share(Used!.Value)} of the budget ({Budget}): what "
        + "decided was the other half. Train again with a lower budget, or with more control text, for a result that is within it on both.";

    /// <summary>This with the figures of the half that had no part in any decision; as it is where that wasn't measured.</summary>
    internal BudgetReport With(RetentionReport? heldOut)
    {
        if (heldOut is null)
            return this;
        RetentionEstimate drift = heldOut.Drift[^1].CosineDistance;
        double used = Budget.Used(new()
        {
            LossIncrease = heldOut.LossIncrease?.Value,
            Divergence = heldOut.Divergence?.Value,
            Drift = drift.Value,
        });
        return this with
        {
            HeldOutSamples = heldOut.Windows,
            LossIncrease = heldOut.LossIncrease,
            Divergence = heldOut.Divergence,
            Drift = drift,
            Used = used,
            IsHeld = used <= 1,
        };
    }
}
