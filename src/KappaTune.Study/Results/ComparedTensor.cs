namespace Microsoft.ML.KappaTune.Study;

/// <summary>A tensor that trained alone, beside the new head.</summary>
public sealed record ComparedTensor
{
    public required string Tensor { get; init; }

    /// <summary>In snake case, such as <c>feed_forward_in</c>.</summary>
    public required string Role { get; init; }

    /// <summary>From 0; null outside of layers.</summary>
    public int? Layer { get; init; }

    public required IReadOnlyList<long> Shape { get; init; }

    /// <summary>What can be known of it without training: <c>kappa</c>, <c>relativeKappa</c> and so on.</summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    /// <summary>At the common training loss, with its best learning rate; null where no run reached it.</summary>
    public MeanInterval? Forgetting { get; init; }

    /// <summary>The learning rate of that.</summary>
    public double? LearningRate { get; init; }

    public required int Reached { get; init; }

    public required int Runs { get; init; }
}

/// <summary>How far a score orders tensors as their forgetting does.</summary>
public sealed record ForgettingCorrelation
{
    public required string Score { get; init; }

    /// <summary>Spearman's rank correlation over tensors, -1 to 1: above 0 where a higher score goes with more forgetting.</summary>
    public required double Spearman { get; init; }

    /// <summary>Lower end of the 95 % interval: bootstrap over tensors.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end of it.</summary>
    public required double High { get; init; }

    /// <summary>
    /// The same with ranks within a role only, so that neither shape nor place in the layer can speak; null where it can't be said.
    /// </summary>
    public double? WithinRole { get; init; }

    /// <summary>The same within a layer, so that depth can't.</summary>
    public double? WithinLayer { get; init; }

    /// <summary>Tensors behind it.</summary>
    public required int Tensors { get; init; }
}

/// <summary>Forgetting of the tensors of one role.</summary>
public sealed record ForgettingByRole
{
    public required string Role { get; init; }
    public required int Tensors { get; init; }

    /// <summary>The mean over tensors of their means.</summary>
    public required MeanInterval Forgetting { get; init; }
}
