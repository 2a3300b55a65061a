using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Reports;

/// <summary>What the HTML report's page reads; the members' names, in snake case, are what its script calls them.</summary>
internal sealed record PageDocument
{
    public required string Model { get; init; }

    /// <summary>The selection in words.</summary>
    public required string Policy { get; init; }
    public required ScanPrecision Precision { get; init; }
    public required string Device { get; init; }
    public required int Computed { get; init; }
    public required int Cached { get; init; }
    public required double ElapsedSeconds { get; init; }
    public required long SelectedParameters { get; init; }
    public required long TotalParameters { get; init; }
    public required TensorDocument[] Tensors { get; init; }

    /// <summary>For each of <see cref="Tensors"/>, what a random matrix of its shape has.</summary>
    public required double[] ExpectedKappa { get; init; }
}
