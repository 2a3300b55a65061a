namespace Microsoft.ML.KappaTune;

/// <summary>A few steps at a learning rate, after which everything was set back: what it learns against what it costs.</summary>
public sealed record RateProbe
{
    /// <summary>The learning rate of the selected tensors.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Optimizer steps.</summary>
    public required int Steps { get; init; }

    /// <summary>The training loss of the first half of the steps, in nats.</summary>
    public required double LossBefore { get; init; }

    /// <summary>The training loss of the second half of the steps, in nats; NaN where it wasn't finite.</summary>
    public required double LossAfter { get; init; }

    /// <summary>What was used of the budget after the steps.</summary>
    public required BudgetMeasurement Measured { get; init; }

    /// <summary>The share of the budget that all planned steps at this rate are expected to use; 1 is all of it.</summary>
    public required double Expected { get; init; }
}
