namespace Microsoft.ML.KappaTune.Study;

/// <summary>A run where it has learnt a given amount, interpolated between two epochs.</summary>
/// <param name="Epoch">Epochs until then.</param>
/// <param name="Forgetting">On each control text.</param>
/// <param name="AccuracyLost">On the main one.</param>
/// <param name="Accuracy">On the test rows.</param>
/// <param name="MacroAccuracy">On the test rows.</param>
/// <param name="Drift">On the main control text.</param>
/// <param name="Divergence">As <see cref="ComparisonPoint.Divergence"/>; null where the base predicts no words.</param>
/// <param name="CharacterErrorRate">Of test rows; null of a model that doesn't hear.</param>
internal sealed record MatchedPoint(
    double Epoch, IReadOnlyList<double> Forgetting, double AccuracyLost, double Accuracy, double MacroAccuracy, double Drift,
    double? Divergence, double? CharacterErrorRate);

/// <summary>
/// Compares methods where they have learnt the same. Learning on means forgetting more, so that a method which has learnt less would
/// otherwise look better than it is.
/// </summary>
internal static class Matching
{
    /// <summary>
    /// The lowest training loss, or word error rate, that a share of the methods reach with all their seeds and draws, at one of their
    /// learning rates; null where there are no runs.
    /// </summary>
    /// <param name="byErrors">Whether word error rates are compared instead of training losses.</param>
    public static double? CommonLoss(
        IReadOnlyList<ComparedMethod> methods, IReadOnlyList<ComparisonCell> cells, IReadOnlyList<ComparisonFailure> failures, double share,
        bool byErrors = false)
    {
        double[] reachable =
        [
            .. methods.Select(method => cells.Where(cell => cell.Method == method.Id).GroupBy(cell => cell.LearningRate)
                    // A learning rate at which a run failed isn't reached by all runs.
                    .Where(rate => !failures.Any(failure => failure.Method == method.Id && failure.LearningRate == rate.Key))
                    .Select(rate => rate.Max(cell => cell.Points.Min(point => Measure(point, byErrors))))
                    .DefaultIfEmpty(double.PositiveInfinity).Min())
                .Where(double.IsFinite).Order(),
        ];
        return reachable.Length == 0 ? null : reachable[(int)Math.Ceiling(share * reachable.Length) - 1];
    }

    /// <summary>A row for each method and learning rate.</summary>
    /// <param name="level">The training loss or, where <paramref name="byErrors"/> says so, the word error rate.</param>
    public static MatchedAdaptation Match(
        IReadOnlyList<ComparedMethod> methods, IReadOnlyList<ComparisonCell> cells, IReadOnlyList<ComparisonFailure> failures,
        double level, bool byErrors = false)
    {
        List<MatchedRow> rows = [];
        foreach (ComparedMethod method in methods)
        {
            MatchedRow[] its =
            [
                .. RatesOf(method.Id, cells, failures).Select(rate => Row(
                    method.Id, rate, [.. cells.Where(cell => cell.Method == method.Id && cell.LearningRate == rate)],
                    failures.Count(failure => failure.Method == method.Id && failure.LearningRate == rate), level, byErrors)),
            ];
            MatchedRow? best = its.Where(row => row.Reached > 0)
                .OrderByDescending(row => row.Reached).ThenBy(row => row.Forgetting!.Mean).FirstOrDefault();
            rows.AddRange(its.Select(row => row with { Best = ReferenceEquals(row, best) }));
        }

        return new()
        {
            TrainLoss = byErrors ? null : level,
            WordErrorRate = byErrors ? level : null,
            Rows = rows,
            Differences = PairedDifferences.Create(rows, cells, level, byErrors),
        };
    }

    /// <summary>The learning rates that a method's runs were done with, failed ones among them, in order.</summary>
    public static IEnumerable<double> RatesOf(
        string method, IReadOnlyList<ComparisonCell> cells, IReadOnlyList<ComparisonFailure> failures) =>
        cells.Where(cell => cell.Method == method).Select(cell => cell.LearningRate)
            .Concat(failures.Where(failure => failure.Method == method).Select(failure => failure.LearningRate))
            .Distinct().Order();

    /// <summary>
    /// The point at which the run first reaches a training loss, or a word error rate, interpolated from the epoch before; null where it
    /// never does.
    /// </summary>
    public static MatchedPoint? At(ComparisonCell cell, double level, bool byErrors = false)
    {
        IReadOnlyList<ComparisonPoint> points = cell.Points;
        int next = Enumerable.Range(0, points.Count).FirstOrDefault(i => Measure(points[i], byErrors) <= level, -1);
        if (next < 0)
            return null;
        ComparisonPoint after = points[next], before = points[Math.Max(0, next - 1)];
        double from = Measure(before, byErrors), part = next == 0 ? 1 : (from - level) / (from - Measure(after, byErrors));
        return new(
            Between(point => point.Epoch),
            [.. after.Retention.Select((_, control) => Between(point => point.Retention[control].Forgetting))],
            Between(point => point.Retention[0].AccuracyBefore - point.Retention[0].AccuracyAfter),
            Between(point => point.Accuracy),
            Between(point => point.MacroAccuracy),
            Between(point => point.Drift),
            before.Divergence is null || after.Divergence is null ? null : Between(point => point.Divergence!.Value),
            after.CharacterErrorRate is null ? null : Between(point => point.CharacterErrorRate!.Value));

        double Between(Func<ComparisonPoint, double> value) => value(before) + part * (value(after) - value(before));
    }

    /// <summary>The same where a comparison has matched.</summary>
    public static MatchedPoint? At(ComparisonCell cell, MatchedAdaptation matched) => matched.WordErrorRate is { } errors
        ? At(cell, errors, byErrors: true)
        : At(cell, matched.TrainLoss!.Value);

    /// <summary>What says how much a run has learnt: the less, the more.</summary>
    private static double Measure(ComparisonPoint point, bool byErrors) => byErrors ? point.WordErrorRate!.Value : point.TrainLoss;

    private static MatchedRow Row(
        string method, double rate, IReadOnlyList<ComparisonCell> cells, int failed, double level, bool byErrors)
    {
        (ComparisonCell Cell, MatchedPoint Point)[] reached =
            [.. cells.Select(cell => (Cell: cell, Point: At(cell, level, byErrors)!)).Where(run => run.Point is not null)];
        int controls = reached.Length == 0 ? 0 : reached[0].Point.Forgetting.Count;
        return new()
        {
            Method = method,
            LearningRate = rate,
            Best = false,
            Forgetting = Mean(point => point.Forgetting[0]),
            ForgettingByControl = [.. Enumerable.Range(0, controls).Select(control => Mean(point => point.Forgetting[control])!)],
            AccuracyLost = Mean(point => point.AccuracyLost),
            Accuracy = Mean(point => point.Accuracy),
            MacroAccuracy = Mean(point => point.MacroAccuracy),
            Drift = Mean(point => point.Drift),
            Divergence = MeanOfAll((_, point) => point.Divergence),
            CharacterErrorRate = MeanOfAll((_, point) => point.CharacterErrorRate),
            Epochs = Mean(point => point.Epoch),
            TrainingSeconds = MeanOfAll((cell, point) => cell.TrainingSeconds * point.Epoch / cell.Points[^1].Epoch),
            Reached = reached.Length,
            Runs = cells.Count + failed,
        };

        MeanInterval? Mean(Func<MatchedPoint, double> value) =>
            Statistics.Mean([.. reached.Select(run => (run.Cell.Seed, run.Cell.Draw, value(run.Point)))]);

        // Null where a run doesn't have the value, for a mean of the others would be of other runs than the rest.
        MeanInterval? MeanOfAll(Func<ComparisonCell, MatchedPoint, double?> value) =>
            reached.Any(run => value(run.Cell, run.Point) is null) ? null
            : Statistics.Mean([.. reached.Select(run => (run.Cell.Seed, run.Cell.Draw, value(run.Cell, run.Point)!.Value))]);
    }
}
