using System.Text.Json;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>What predicts forgetting: tensors that trained alone, beside what can be known of them before.</summary>
internal static class PerTensorStudy
{
    /// <summary>A row for each tensor, with its best learning rate.</summary>
    public static IReadOnlyList<ComparedTensor> Tensors(
        IEnumerable<(ScannedMatrix Matrix, IReadOnlyDictionary<string, double> Scores)> tensors, MatchedAdaptation matched) =>
    [
        .. tensors.Select(tensor =>
        {
            MatchedRow[] rows = [.. matched.Rows.Where(row => row.Method == tensor.Matrix.Id)];
            MatchedRow? best = rows.FirstOrDefault(row => row.Best);
            return new ComparedTensor
            {
                Tensor = tensor.Matrix.Id,
                Role = JsonNamingPolicy.SnakeCaseLower.ConvertName($"{tensor.Matrix.Role}"),
                Layer = tensor.Matrix.Layer,
                Shape = tensor.Matrix.Shape,
                Scores = tensor.Scores,
                Forgetting = best?.Forgetting,
                LearningRate = best?.LearningRate,
                Reached = best?.Reached ?? 0,
                Runs = rows.Length == 0 ? 0 : rows.Max(row => row.Runs),
            };
        }),
    ];

    /// <summary>How each score goes with forgetting, over the tensors that reached the common loss; strongest first.</summary>
    public static IReadOnlyList<ForgettingCorrelation> Correlations(IReadOnlyList<ComparedTensor> tensors)
    {
        const int Fewest = 3;
        ComparedTensor[] reached = [.. tensors.Where(tensor => tensor.Forgetting is not null)];
        return
        [
            .. reached.SelectMany(tensor => tensor.Scores.Keys).Distinct()
                .Select(score => (score, Tensors: reached.Where(tensor => tensor.Scores.ContainsKey(score)).ToArray()))
                .Where(pair => pair.Tensors.Length >= Fewest)
                .Select(pair => Correlation(pair.score, pair.Tensors))
                // A score that is the same for all tensors has no correlation.
                .Where(correlation => double.IsFinite(correlation.Spearman))
                .OrderByDescending(correlation => Math.Abs(correlation.Spearman)),
        ];
    }

    public static IReadOnlyList<ForgettingByRole> Roles(IReadOnlyList<ComparedTensor> tensors) =>
    [
        .. tensors.Where(tensor => tensor.Forgetting is not null).GroupBy(tensor => tensor.Role)
            .Select(role => new ForgettingByRole
            {
                Role = role.Key,
                Tensors = role.Count(),
                Forgetting = Statistics.Mean([.. role.Select(tensor => tensor.Forgetting!.Mean)])!,
            })
            .OrderBy(role => role.Forgetting.Mean),
    ];

    private static ForgettingCorrelation Correlation(string score, ComparedTensor[] tensors)
    {
        double[] values = [.. tensors.Select(tensor => tensor.Scores[score])],
            forgetting = [.. tensors.Select(tensor => tensor.Forgetting!.Mean)];
        (double low, double high) = Statistics.SpearmanInterval(values, forgetting);
        return new()
        {
            Score = score,
            Spearman = Statistics.Spearman(values, forgetting),
            Low = low,
            High = high,
            WithinRole = Statistics.SpearmanWithin(values, forgetting, [.. tensors.Select(tensor => tensor.Role)]),
            WithinLayer = Statistics.SpearmanWithin(values, forgetting, [.. tensors.Select(tensor => (object?)tensor.Layer)]),
            Tensors = tensors.Length,
        };
    }
}
