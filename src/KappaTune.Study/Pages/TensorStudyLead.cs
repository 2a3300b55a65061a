using static Microsoft.ML.KappaTune.Study.Pages.ComparisonWords;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>What came out where single tensors were compared: whether κ, or another score, tells beforehand what is forgotten.</summary>
internal static class TensorStudyLead
{
    public static string[] Sentences(ComparisonResult document) =>
    [
        $"Each of {Plural(document.PerTensor.Count, "tensor")} (tables of numbers) of the model {Quoted(document.Base.Name)} "
            + $"was trained alone on the task {Quoted(document.Task.Name)}, and how much the model forgot by that was compared with "
            + $"{Number(document.Correlations.Count)} scores that need no training and no data.",
        Outcome(document.Correlations),
    ];

    public static IEnumerable<PageFigure> Figures(IReadOnlyList<ForgettingCorrelation> correlations) => correlations
        .OrderBy(one => one.Score != "kappa")
        .ThenByDescending(one => Math.Abs(one.Spearman))
        .Take(4)
        .Select(one => new PageFigure(
            $"{Capital(ScoreWords.Find(one.Score).Title)} and forgetting",
            Nats(one.Spearman), $"rank correlation ({Nats(one.Low)} to {Nats(one.High)})"));

    private static string Outcome(IReadOnlyList<ForgettingCorrelation> correlations)
    {
        ForgettingCorrelation[] known = [.. correlations.Where(one => double.IsFinite(one.Spearman))];
        if (known.Length == 0)
            return "Nothing came out yet: too few tensors learnt the task.";
        ForgettingCorrelation strongest = known.MaxBy(one => Math.Abs(one.Spearman))!;
        string best = $"{Quoted(ScoreWords.Find(strongest.Score).Title)}, {Amount(strongest)}"
            + (strongest.Low <= 0 && strongest.High >= 0 ? ", which may be chance too" : "");
        if (known.FirstOrDefault(one => one.Score == "kappa") is not { } kappa)
            return $"The score that goes with it most is {best}.";
        string verdict = kappa.Low > 0 ? $"Tensors with a higher κ made it forget more, as the idea behind κ says: {Amount(kappa)}"
            : kappa.High < 0 ? $"Tensors with a higher κ made it forget less, against the idea behind κ: {Amount(kappa)}"
            : $"κ doesn't tell how much is forgotten, or not so that these runs would show it: {Amount(kappa)}, an interval that holds 0";
        return kappa == strongest
            ? $"{verdict}; no other score goes with it more."
            : $"{verdict}; the score that goes with it most is {best}.";
    }

    private static string Amount(ForgettingCorrelation one) =>
        $"rank correlation {Nats(one.Spearman)} ({Nats(one.Low)} to {Nats(one.High)})";
}
