using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Reports;

/// <summary>
/// What the HTML report's page reads: a plan, and the scan or the tuning that it is shown with. The members' names, in snake case, are
/// what the page's script calls them.
/// </summary>
internal sealed record PageDocument
{
    public required string Model { get; init; }

    /// <summary>The selection in words.</summary>
    public required string Policy { get; init; }
    public required long SelectedParameters { get; init; }
    public required long TotalParameters { get; init; }
    public required JsonObject[] Tensors { get; init; }

    /// <summary>For each of <see cref="Tensors"/>, what a random matrix of its shape has.</summary>
    public required double[] ExpectedKappa { get; init; }

    /// <summary>This or <see cref="Tuning"/> is there.</summary>
    public PageScan? Scan { get; init; }
    public TuningReport? Tuning { get; init; }

    /// <summary>The tuning beside other ways to do it; null where there are none.</summary>
    public PageWay[]? Ways { get; init; }

    /// <summary>The share of those texts that a logistic regression on their words alone sorts right; null where it wasn't asked.</summary>
    public double? BagOfWords { get; init; }
}

/// <summary>A way to tune, in a column of the table of all.</summary>
internal sealed record PageWay(
    string Title, long TrainableParameters, long TotalParameters, double LearningRate, double TrainingSeconds, double TrainingLoss,
    double? Accuracy, RetentionReport? Retention, BudgetReport? Budget);

/// <summary>How the scan was made.</summary>
internal sealed record PageScan(ScanPrecision Precision, string Device, int Computed, int Cached, double ElapsedSeconds);
