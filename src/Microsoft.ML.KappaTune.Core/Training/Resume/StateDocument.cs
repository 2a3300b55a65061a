using System.Text.Json;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Training.Resume;

/// <summary>The numbers of a training state as a file; the members' names, in snake case, are its schema.</summary>
internal sealed record StateDocument
{
    public const int CurrentSchema = 2;

    /// <summary>On one line: it is written often, and has a number for each step.</summary>
    public static readonly JsonSerializerOptions Options = new(MatrixJson.Options) { WriteIndented = false };

    public required int Schema { get; init; }
    public required SortedDictionary<string, string> Identity { get; init; }
    public required string Device { get; init; }
    public required int Threads { get; init; }
    public required TimeSpan ScanTime { get; init; }
    public required int Epoch { get; init; }
    public required int Step { get; init; }
    public required int StepInEpoch { get; init; }
    public required int EpochRows { get; init; }
    public required double EpochLoss { get; init; }
    public required TimeSpan EpochTime { get; init; }
    public required TimeSpan Time { get; init; }
    public required int BestEpoch { get; init; }
    public required double BestValue { get; init; }
    public required TuningStop? Stop { get; init; }
    public required int? CachedTrainingRows { get; init; }
    public required int? CachedValidationRows { get; init; }
    public required long[] OptimizerSteps { get; init; }
    public required List<StepLoss> Losses { get; init; }
    public required List<EpochReport> Epochs { get; init; }
}
