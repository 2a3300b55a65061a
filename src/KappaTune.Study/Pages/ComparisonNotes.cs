using static Microsoft.ML.KappaTune.Study.Pages.ComparisonWords;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// What one has to know beside the outcome of a comparison of methods: limits, the method in question against each other one.
/// </summary>
internal static class ComparisonNotes
{
    public static IEnumerable<string> Limits(ComparisonResult document, MethodResult[] results)
    {
        foreach (MethodResult result in results.Where(result => !result.ChangesModel))
        {
            string learnt = result.Row is { Reached: > 0 } && document.IsOfSpeech
                ? "got to the same word error rate"
                : result.Accuracy is { } accuracy
                ? $"got {Share(accuracy.Mean)} of the test texts right"
                : "never learnt as much as the others";
            yield return $"{Quoted(result.Title)} leaves the model as it was, so it can't forget, and isn't ranked; it {learnt}.";
        }

        // Methods that learn no more than a constant have no gain whose cost could be compared.
        double majority = document.Baselines.Majority;
        if (!document.IsOfSpeech && results.Any(result => result.Accuracy is not null)
            && results.All(result => result.Accuracy is null || result.Accuracy.Mean <= majority))
            yield return "Where they are compared, none sorts texts better than "
                + $"always naming the most frequent class ({Share(majority)} right): nothing was learnt yet that could cost anything.";
        MethodResult[] never = [.. results.Where(result => result.ChangesModel && result.Forgetting is null)];
        if (never.Length > 0)
            yield return $"{List(never.Select(result => result.Title))} never learnt as much as the others, at no learning rate tried.";
        MethodResult[] faster = [.. AtHigherRates(results)];
        if (faster.Length > 0)
            yield return $"{List(faster.Select(result => result.Title))} {(faster.Length == 1 ? "is" : "are")} compared at a "
                + "higher learning rate than the others, which by itself may cost more; with more epochs the lower rate may do.";
        MethodResult[] partly = [.. results.Where(result => result.Forgetting is not null && result.Row!.Reached < result.Row.Runs)];
        if (partly.Length > 0)
            yield return
                $"Only some runs of {List(partly.Select(result => result.Title))} "
                + "learnt as much as the others; their means are of those.";
        if (TooFewRuns(document, results) is { } tooFew)
            yield return tooFew;
        if (document.Failures.Count > 0)
            yield return $"{Capital(Number(document.Failures.Count))} run{(document.Failures.Count == 1 ? "" : "s")} failed and "
                + $"{(document.Failures.Count == 1 ? "is" : "are")} left out.";
    }

    /// <summary>Why intervals are missing, in a sentence; null where none is.</summary>
    public static string? TooFewRuns(ComparisonResult document, MethodResult[] results)
    {
        int seeds = document.Settings.Seeds.Count;
        if (seeds < ShownIntervals.FewestRuns)
            return $"{Plural(seeds, "seed")}: too few for an interval, so differences may be chance.";
        MethodResult[] without = [.. results.Where(result => result is { ChangesModel: true, Forgetting.Low: null })];
        return without.Length == 0
            ? null
            : $"{List(without.Select(result => result.Title))}: too few seeds or draws for an interval, so differences may be chance.";
    }

    /// <summary>The methods whose learning rate, divided by their rate factor, is above the lowest.</summary>
    private static IEnumerable<MethodResult> AtHigherRates(MethodResult[] results)
    {
        const double Rounding = 1e-3;
        MethodResult[] compared = [.. results.Where(result => result.ChangesModel && result.Forgetting is not null)];
        double lowest = compared.Select(RateOf).DefaultIfEmpty().Min();
        return compared.Where(result => RateOf(result) > (1 + Rounding) * lowest);

        static double RateOf(MethodResult result) => result.Row!.LearningRate / result.Method.RateFactor;
    }

    /// <summary>The method in question against each other one, by whether their intervals overlap; empty where there are none.</summary>
    public static IEnumerable<PageFact> Verdict(MethodResult[] results)
    {
        if (MethodResult.Hero(results) is not { Forgetting: { Low: not null } own } hero)
            yield break;
        MethodResult[] others = [.. results.Where(other => other != hero && other.Forgetting is { Low: not null } && other.ChangesModel)];
        (string, MethodResult[])[] groups =
        [
            ("forgot clearly less than", [.. others.Where(other => own.High < other.Forgetting!.Low)]),
            ("can't be told apart from", [.. others.Where(other => MethodResult.Overlap(own, other.Forgetting!) == true)]),
            ("forgot clearly more than", [.. others.Where(other => own.Low > other.Forgetting!.High)]),
        ];
        foreach ((string relation, MethodResult[] group) in groups)
        {
            if (group.Length > 0)
                yield return new($"{Quoted(hero.Title)} {relation}", List(group.Select(other => other.Title)) + ".");
        }
    }

    /// <summary>The method in question, the best, and what everyone would compare with: random tensors, and all of them.</summary>
    public static IEnumerable<PageFigure> Figures(MethodResult[] results, bool ofSpeech) =>
        new[]
        {
            MethodResult.Hero(results),
            results.FirstOrDefault(result => result is { Forgetting: not null, ChangesModel: true }),
            results.FirstOrDefault(result => result.Method.Id == "random"),
            results.FirstOrDefault(result => result.Method.Id == "full"),
        }
        .OfType<MethodResult>()
        .Distinct()
        .Select(result => new PageFigure(
            result.Title,
            result.Forgetting is { } forgetting ? Nats(forgetting.Mean) : "–",
            result.Forgetting is null ? "didn't learn as much as the others"
            : result.Accuracy is { } accuracy && !ofSpeech
                ? $"nats a token forgotten, {Share(accuracy.Mean)} of test texts right"
                : "nats a token forgotten"));
}
