namespace Microsoft.ML.KappaTune.Selection;

/// <summary>The file of a <see cref="TuningPlan"/>; the members' names, in snake case, are its schema.</summary>
internal sealed record PlanDocument
{
    public required int Schema { get; init; }
    public string? Model { get; init; }
    public required SelectionDocument Selection { get; init; }
    public required TensorDocument[] Tensors { get; init; }
}

/// <summary>The selection in the file of a plan or a scan.</summary>
internal sealed record SelectionDocument
{
    public required SelectionPolicy Policy { get; init; }
    public required double Amount { get; init; }
    public int? Seed { get; init; }
    public SelectionScore Score { get; init; }
    public SelectionGrouping Grouping { get; init; }
    public string[] Include { get; init; } = [];
    public string[] Exclude { get; init; } = [];
    public bool Embeddings { get; init; }
    public bool Heads { get; init; }
    public bool Routers { get; init; }
    public bool SingleDimensions { get; init; }
    public bool Biases { get; init; }
    public bool Norms { get; init; }
}

/// <summary>A matrix in the file of a plan or a scan.</summary>
internal sealed record TensorDocument
{
    public required string Name { get; init; }
    public required TensorRole Role { get; init; }
    public int? Layer { get; init; }
    public int? Expert { get; init; }
    public bool Stacked { get; init; }
    public required long[] Shape { get; init; }
    public required TensorDataType Dtype { get; init; }
    public string? Encoding { get; init; }
    public string? Problem { get; init; }
    public required long Rows { get; init; }
    public required long Columns { get; init; }
    public double? Kappa { get; init; }
    public double? KappaError { get; init; }
    public bool BeyondPrecision { get; init; }
    public bool LowerBound { get; init; }

    /// <summary>For readers of the file; follows from the others.</summary>
    public double? RelativeKappa { get; init; }
    public double? SigmaMax { get; init; }
    public double? SigmaMin { get; init; }
    public int? Rank { get; init; }

    /// <summary>This and what follows: null in the file of a scan without a plan.</summary>
    public bool? Selected { get; init; }
    public SelectionRule? Rule { get; init; }
    public string? Reason { get; init; }
}
