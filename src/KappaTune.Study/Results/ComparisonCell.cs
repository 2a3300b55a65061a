namespace Microsoft.ML.KappaTune.Study;

/// <summary>A run: a method, a draw, a learning rate and a seed, measured before its first step and after every epoch.</summary>
public sealed record ComparisonCell
{
    public required string Method { get; init; }

    public int Draw { get; init; }

    /// <summary>The one that it ran with.</summary>
    public required double LearningRate { get; init; }

    public required int Seed { get; init; }

    /// <summary>All of it, measurements included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Parameters that trained, the new head's included.</summary>
    public long Trainable { get; init; }

    /// <summary>From epoch 0, before the first step, on.</summary>
    public required IReadOnlyList<ComparisonPoint> Points { get; init; }
}

/// <summary>A run at the end of an epoch.</summary>
public sealed record ComparisonPoint
{
    public required int Epoch { get; init; }

    /// <summary>Mean cross-entropy of the training rows, in nats, without dropout.</summary>
    public required double TrainLoss { get; init; }

    /// <inheritdoc cref="TrainLoss"/>
    public required double TestLoss { get; init; }

    /// <summary>The share of the test rows whose class was found.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The mean of that over the classes.</summary>
    public required double MacroAccuracy { get; init; }

    /// <summary>In the order of the controls.</summary>
    public required IReadOnlyList<ControlRetention> Retention { get; init; }

    /// <summary>Mean cosine distance of the last layer's states from the base's, on the main control text.</summary>
    public required double Drift { get; init; }

    /// <summary>KL(base, tuned) on test rows, in nats a hidden token; null where the base has no head to predict words with.</summary>
    public double? Divergence { get; init; }
}

/// <summary>
/// How well a control text is guessed under the base's own head, or its neighbouring sentences found, before training and at a point of it.
/// </summary>
public sealed record ControlRetention
{
    public required double LossBefore { get; init; }
    public required double LossAfter { get; init; }
    public required double AccuracyBefore { get; init; }
    public required double AccuracyAfter { get; init; }

    /// <summary>How much worse the base's own objective is met than by the base, in nats: a token, or a sentence.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double Forgetting => LossAfter - LossBefore;
}

/// <summary>A run that ended without a result.</summary>
public sealed record ComparisonFailure
{
    public required string Method { get; init; }
    public int Draw { get; init; }
    public required double LearningRate { get; init; }
    public required int Seed { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Message { get; init; }
}
