namespace Microsoft.ML.KappaTune.Study;

/// <summary>The other methods against lowest κ, seed by seed: what seeds have in common, such as the order of rows, goes out.</summary>
internal static class PairedDifferences
{
    private const string Reference = "kappa-lowest";

    /// <param name="rows">Of each method one row is the best; a method without one isn't compared.</param>
    public static IReadOnlyList<MatchedDifference> Create(
        IReadOnlyList<MatchedRow> rows, IReadOnlyList<ComparisonCell> cells, double level, bool byErrors = false)
    {
        if (rows.FirstOrDefault(row => row.Best && row.Method == Reference) is not { } reference)
            return [];
        Dictionary<int, double> known = BySeed(reference);
        (string Method, double[] Values)[] compared =
        [
            .. rows.Where(row => row.Best && row.Method != Reference).Select(row => (row.Method, BySeed(row)
                .Where(seed => known.ContainsKey(seed.Key)).Select(seed => seed.Value - known[seed.Key]).ToArray()))
                .Where(pair => pair.Item2.Length >= 2),
        ];
        double[] p = [.. compared.Select(pair => Statistics.PValue(pair.Values)!.Value)], holm = Statistics.Holm(p);
        return
        [
            .. compared.Select((pair, i) => new MatchedDifference
            {
                Method = pair.Method,
                Forgetting = Statistics.Mean(pair.Values)!,
                Seeds = pair.Values.Length,
                P = p[i],
                HolmP = holm[i],
            }),
        ];

        Dictionary<int, double> BySeed(MatchedRow row) => cells
            .Where(cell => cell.Method == row.Method && cell.LearningRate == row.LearningRate)
            .Select(cell => (cell.Seed, Point: Matching.At(cell, level, byErrors)))
            .Where(run => run.Point is not null)
            .GroupBy(run => run.Seed)
            .ToDictionary(seed => seed.Key, seed => seed.Average(run => run.Point!.Forgetting[0]));
    }
}
