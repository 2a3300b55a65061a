namespace Microsoft.ML.KappaTune.Study;

/// <summary>What every method comes to, with each of its learning rates, when training ends: not all have learnt the same then.</summary>
public static class LastPoints
{
    /// <summary>A row for each method and learning rate that a run was done with, in the order of methods.</summary>
    public static IReadOnlyList<LastRow> Create(ComparisonResult result) =>
    [
        .. from method in result.Methods
           from rate in Matching.RatesOf(method.Id, result.Cells, result.Failures)
           select Row(result, method.Id, rate),
    ];

    private static LastRow Row(ComparisonResult result, string method, double rate)
    {
        ComparisonCell[] ended = [.. result.Cells.Where(cell => cell.Method == method && cell.LearningRate == rate)];
        int failed = result.Failures.Count(failure => failure.Method == method && failure.LearningRate == rate);
        return new()
        {
            Method = method,
            LearningRate = rate,
            Ended = ended.Length,
            Runs = ended.Length + failed,
            TestLoss = Mean(point => point.TestLoss),
            Divergence = Mean(point => point.Divergence),
            Forgetting = Mean(point => point.Retention[0].Forgetting),
            Accuracy = Mean(point => point.Accuracy),
            WordErrorRate = Mean(point => point.WordErrorRate),
            CharacterErrorRate = Mean(point => point.CharacterErrorRate),
        };

        // None where a run doesn't have the value, for a mean of the others would be of other runs than the rest.
        MeanError? Mean(Func<ComparisonPoint, double?> value) =>
            Statistics.MeanAndError([.. ended.Select(cell => (cell.Seed, cell.Draw, value(cell.Points[^1]) ?? double.NaN))]);
    }
}
