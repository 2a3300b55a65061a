namespace Microsoft.ML.KappaTune;

/// <summary>Learning against keeping at a step of a run.</summary>
public sealed record BudgetPoint
{
    /// <summary>Optimizer steps done.</summary>
    public required int Step { get; init; }

    /// <summary>The mean training loss of the steps since the point before, in nats.</summary>
    public required double TrainingLoss { get; init; }

    /// <summary>What was used of the budget, as measured on a part of the deciding half of the control text.</summary>
    public required BudgetMeasurement Measured { get; init; }

    /// <summary>
    /// The share of the budget that was used; 1 is all of it, below 0 where the loss fell, ∞ where training itself gave no finite loss.
    /// </summary>
    public required double Used { get; init; }

    /// <summary>The share that would have been used by the end of the run, had it gone on as before.</summary>
    public required double Expected { get; init; }

    /// <summary>What the run did.</summary>
    public required BudgetAction Action { get; init; }

    /// <summary>The highest learning rate of the selected tensors that the run went on with, before warm-up and decline.</summary>
    public required double LearningRate { get; init; }
}
