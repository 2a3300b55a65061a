namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// What runs of a model that hears come to by training step, with intervals over seeds, or over draws where these are wider.
/// </summary>
public static class StepPoints
{
    /// <summary>A row for each place where the method was measured with the learning rate, in order.</summary>
    public static IReadOnlyList<StepPoint> Create(ComparisonResult result, ComparedMethod method, double learningRate)
    {
        ComparisonCell[] cells = [.. result.Cells.Where(cell => cell.Method == method.Id && cell.LearningRate == learningRate)];
        int seeds = cells.DistinctBy(cell => cell.Seed).Count(), draws = cells.DistinctBy(cell => cell.Draw).Count();
        bool isShown = (method.Draws.Count > 1 ? Math.Min(seeds, draws) : seeds) >= ShownIntervals.FewestRuns;
        int measured = cells.Select(cell => cell.Points.Count).DefaultIfEmpty().Min();
        return
        [
            .. Enumerable.Range(0, measured).Where(i => cells[0].Points[i].Step is not null).Select(i => new StepPoint(
                cells[0].Points[i].Step!.Value,
                Estimate(i, point => point.WordErrorRate, 0)!,
                [.. result.Controls.Select((control, at) => Estimate(
                    i, point => control.BitsPerByteOfNat * point.Retention.ElementAtOrDefault(at)?.LossAfter, double.NegativeInfinity))])),
        ];

        MeanInterval? Estimate(int i, Func<ComparisonPoint, double?> value, double least)
        {
            MeanInterval? mean = Statistics.Mean(
                [.. cells.Select(cell => (cell.Seed, cell.Draw, value(cell.Points[i]) ?? double.NaN))]);
            if (mean is null || !double.IsFinite(mean.Mean))
                return null;
            return isShown && mean.Low is { } low ? mean with { Low = Math.Max(low, least) } : new(mean.Mean, null, null);
        }
    }
}

/// <summary>A method with one learning rate after some steps.</summary>
/// <param name="Step">How many.</param>
/// <param name="WordErrorRate">Of the test rows' transcripts.</param>
/// <param name="BitsPerByte">Of each control text; null where that isn't known.</param>
public sealed record StepPoint(int Step, MeanInterval WordErrorRate, IReadOnlyList<MeanInterval?> BitsPerByte);
