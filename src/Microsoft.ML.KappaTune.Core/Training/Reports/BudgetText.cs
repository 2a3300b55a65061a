using System.Globalization;
using Microsoft.ML.KappaTune.Training.Budgets;
using Microsoft.ML.KappaTune.Training.Progress;
using static Microsoft.ML.KappaTune.Training.Reports.ReportLines;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>What a report's text says of its budget: what was allowed, what came of it, and how.</summary>
internal static class BudgetText
{
    public static void Write(StringBuilder text, TuningReport report)
    {
        if (report.Budget is not { } budget)
            return;
        Lines(text, "Budget", $"{budget.Budget}, on {PlainText.Shorten(budget.Text, Width - Indent)}");
        if (Outcome(report, budget) is { } outcome)
            Lines(text, "Outcome", outcome);
        if (budget.Used is { } used)
        {
            string held = budget.IsHeld == true ? "yes" : "no";
            Lines(text, "Held", $"{held}: {BudgetWords.Share(used)} used on {Samples(budget, budget.HeldOutSamples)} that decided nothing");
            HeldOut(text, budget);
        }

        Line(text, "Rate", Rate(budget, report.Method));
        if (budget.Course.Count > 0)
            Lines(text, "On the way", OnTheWay(budget.Course));
        if (budget is { Interpolation: < 1, Outcome: BudgetOutcome.Learned })
        {
            string share = NumberText.Percent(budget.Interpolation);
            Lines(text, "Mixed", $"{share} of the way from the base's weights to the trained ones, where the upper bound is within");
        }

        Lines(text, "Budget's time", Times(report, budget));
    }

    /// <summary>Which weights the model has: those of an epoch or a step, or what was mixed of them and the base's.</summary>
    public static string ModelOf(TuningReport report) => report.Budget switch
    {
        { ReturnedToStep: { } step } => $"what it was after step {NumberText.Count(step)}",
        { Interpolation: 0 } when report.CountedTokens is not null => "the base",
        { Interpolation: 0 } => $"the base with the new head of epoch {report.BestEpoch}",
        { Interpolation: < 1 and var share } => $"{NumberText.Percent(share)} of the way from the base to that of epoch {report.BestEpoch}",
        _ => $"that of epoch {report.BestEpoch}",
    };

    /// <summary>What a mixed model does on the validation rows, which is what no epoch did.</summary>
    public static void WriteResult(StringBuilder text, TuningReport report)
    {
        if (report.Budget is not { Interpolation: < 1, Validation: { } result })
            return;
        if (report.CountedTokens is not null)
        {
            Line(text, "Result", $"validation loss {TuningText.Loss(result.Loss)}, perplexity {TuningText.Perplexity(result)}");
            return;
        }

        (string loss, string micro, string macro) =
            (TuningText.Loss(result.Loss), TuningText.Share(result.MicroAccuracy), TuningText.Share(result.MacroAccuracy));
        Line(text, "Result", $"validation loss {loss}, accuracy {micro}, by class {macro}");
    }

    private static string Rate(BudgetReport budget, TuningMethod method)
    {
        if (budget.LearningRate is not { } rate)
            return "none found: the run ended before the selected tensors trained";
        if (budget.Probes.Count == 0)
            return $"{NumberText.Ratio(rate)}, as given";
        // A little less, for it is a product.
        string highest = rate > 0.999 * RateSearch.HighestRate(method) ? ", the highest that is tried" : "";
        return $"{NumberText.Ratio(rate)}, found by {NumberText.Count(budget.Probes.Count, "probe", "probes")}{highest}";
    }

    private static string? Outcome(TuningReport report, BudgetReport budget) => budget switch
    {
        { Outcome: BudgetOutcome.HeadOnly } when report.CountedTokens is not null =>
            "Nothing was learnt within the budget: this is the base.",
        { Outcome: BudgetOutcome.HeadOnly } => "Nothing but the new head was learnt within the budget: this is the base with it. The head "
            + "was trained beside an encoder that isn't kept.",
        { ReturnedToStep: { } step } =>
            $"Cancelled after it had gone back: the result is what step {step} gave, the last within the budget as far as was measured.",
        { Outcome: BudgetOutcome.Unverified } =>
            "Cancelled: whether the best epoch's weights are within the budget wasn't measured.",
        { Used: null } => "Within the budget on the half of the text that decides; the other half wasn't measured.",
        _ => null,
    };

    private static void HeldOut(StringBuilder text, BudgetReport budget)
    {
        const string Percent = "+0.00;-0.00;0.00", Nats = "0.0000";
        if (budget.LossIncrease is { } rise)
            Line(text, "Loss change", Estimate(rise, 100, Percent, " %"));
        string unit = budget.Objective is RetentionObjective.SentencePairs ? " nats a sentence" : " nats a token";
        if (budget.Divergence is { } divergence)
            Line(text, "KL on control", Estimate(divergence, 1, Nats, unit));
        if (budget.Drift is { } drift)
            Line(text, "States moved", Estimate(drift, 1, Nats, " of cosine distance"));
    }

    private static string Estimate(RetentionEstimate estimate, double scale, string format, string unit)
    {
        return $"{Number(estimate.Value)}{unit} (95 % {Number(estimate.Low)} to {Number(estimate.High)})";

        string Number(double value) => (scale * value).ToString(format, CultureInfo.InvariantCulture);
    }

    private static string OnTheWay(IReadOnlyList<BudgetPoint> course)
    {
        string[] done =
        [
            .. Done(BudgetAction.RateLowered, "the rate fell"), .. Done(BudgetAction.RateRaised, "the rate rose"),
            .. Done(BudgetAction.RolledBack, "went back"),
            .. course.Where(point => point.Action == BudgetAction.Frozen)
                .Select(point => $"what is selected stayed as it was from step {NumberText.Count(point.Step)} on"),
        ];
        string measured = NumberText.Count(course.Count, "measurement", "measurements");
        return done.Length == 0 ? $"{measured}, nothing to be done" : $"{measured}: {string.Join(", ", done)}";

        string[] Done(BudgetAction action, string what) => course.Count(point => point.Action == action) switch
        {
            0 => [],
            1 => [$"{what} once"],
            2 => [$"{what} twice"],
            var count => [$"{what} {NumberText.Count(count)} times"],
        };
    }

    /// <summary>The time for training holds that for finding the rate and for watching; what decides comes after it.</summary>
    private static string Times(TuningReport report, BudgetReport budget)
    {
        // Cancelled within a probe, a run has no step of its own yet.
        var training = TimeSpan.FromTicks(Math.Max(report.TrainingTime.Ticks, (budget.ProbingTime + budget.WatchingTime).Ticks));
        TimeSpan all = report.ScanTime + report.TokenizingTime + training + budget.DecidingTime;
        TimeSpan spent = budget.ProbingTime + budget.WatchingTime + budget.DecidingTime;
        return $"{NumberText.Duration(budget.ProbingTime)} probing, {NumberText.Duration(budget.WatchingTime)} watching, "
            + $"{NumberText.Duration(budget.DecidingTime)} deciding: {NumberText.Percent(spent.Ticks, all.Ticks)} of the run";
    }

    private static string Samples(BudgetReport budget, int count) => budget.Objective is RetentionObjective.SentencePairs
        ? NumberText.Count(count, "pair of sentences", "pairs of sentences")
        : NumberText.Count(count, "window", "windows");
}
