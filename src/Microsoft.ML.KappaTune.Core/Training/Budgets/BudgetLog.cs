using System.Globalization;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>What the log says of learning and keeping.</summary>
internal static class BudgetLog
{
    public static void Probed(TuningProgressReporter progress, RateProbe probe) => progress.Log(
        $"Probe at learning rate {probe.LearningRate:0.##e+0}: loss {probe.LossBefore:0.000} to {probe.LossAfter:0.000} in {probe.Steps} steps; all steps would use {100 * probe.Expected:0} % of the budget.");

    public static void Found(TuningProgressReporter progress, double rate, int probes) => progress.Log(
        $"The learning rate is {rate:0.##e+0}, found by {NumberText.Count(probes, "probe", "probes")}.");

    public static void Measured(TuningProgressReporter progress, BudgetState state)
    {
        BudgetPoint point = state.Course[^1];
        string within = BudgetWords.Share(state.UsedNow!.Value);
        string then = point.Action switch
        {
            BudgetAction.RateLowered => Invariant($"; it wouldn't have lasted, so the learning rate falls to {point.LearningRate:0.##e+0}"),
            BudgetAction.RateRaised => Invariant($"; much would be left, so the learning rate rises to {point.LearningRate:0.##e+0}"),
            BudgetAction.RolledBack => Invariant(
                $"; the weights go back to where it was {within}, and the learning rate falls to {point.LearningRate:0.##e+0}"),
            BudgetAction.Frozen when point.Used <= 1 => "; the selected tensors stay as they are",
            BudgetAction.Frozen => $"; the selected tensors go back to where it was {within}, and stay so",
            _ => "",
        };
        progress.Log($"Step {point.Step}: loss {point.TrainingLoss:0.000}, {BudgetWords.Share(point.Used)} of the budget is used{then}.");

        static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
    }

    public static void Decided(TuningProgressReporter progress, BudgetReport report, bool hasHead) => progress.Log(report.Outcome switch
    {
        BudgetOutcome.HeadOnly when hasHead => $"Nothing but the new head was learnt within the budget: the result is the base with it.",
        BudgetOutcome.HeadOnly => $"Nothing was learnt within the budget: the result is the base.",
        _ when report.Interpolation < 1 =>
            $"The result is {100 * report.Interpolation:0} % of the way from the base to what was trained{Validated(progress, report)}.",
        _ => $"The result is within the budget as it was trained.",
    });

    private static string Validated(TuningProgressReporter progress, BudgetReport report) =>
        report.Validation is not { } v ? "" : $"; {progress.Words(v)}";
}
