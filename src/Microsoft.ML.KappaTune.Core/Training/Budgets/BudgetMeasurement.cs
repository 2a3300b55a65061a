namespace Microsoft.ML.KappaTune;

/// <summary>What tuning cost so far on a control text, in the units of a <see cref="RetentionBudget"/>. Immutable.</summary>
public sealed record BudgetMeasurement
{
    /// <summary>The rise of the loss, as a share of the base's: 0.02 is 2 %. Negative where it fell; null where it isn't measured.</summary>
    public double? LossIncrease { get; init; }

    /// <summary>The mean of KL(base, tuned), in nats a token or a sentence; null where it isn't measured.</summary>
    public double? Divergence { get; init; }

    /// <summary>The mean over tokens of 1 − cos(base, tuned) of the last layer's states; null where it isn't measured.</summary>
    public double? Drift { get; init; }
}
