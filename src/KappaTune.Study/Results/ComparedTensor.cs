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

    /// <summary>Scores that need no training, by name: <c>kappa</c>, <c>relativeKappa</c> and so on.</summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }

    /// <summary>Forgetting at the common training loss, with the best learning rate; null where no run reached that loss.</summary>
    public MeanInterval? Forgetting { get; init; }

    /// <summary>The learning rate at which <see cref="Forgetting"/> was measured.</summary>
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

    /// <summary>Upper end of the interval.</summary>
    public required double High { get; init; }

    /// <summary>
    /// Spearman's correlation of ranks within each role, so that a tensor's kind has no part in it; null where it isn't defined.
    /// </summary>
    public double? WithinRole { get; init; }

    /// <summary>Spearman's correlation of ranks within each layer, so that depth has no part in it; null where it isn't defined.</summary>
    public double? WithinLayer { get; init; }

    /// <summary>The number of tensors that it was computed from.</summary>
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
