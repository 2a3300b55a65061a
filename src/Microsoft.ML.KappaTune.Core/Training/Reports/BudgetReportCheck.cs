using static Microsoft.ML.KappaTune.Training.Reports.TuningReportCheck;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>What a report's file may hold of its budget. A probe at too high a rate has losses and shares that aren't numbers.</summary>
internal static class BudgetReportCheck
{
    /// <exception cref="JsonException">A value is impossible; the message names the field.</exception>
    public static void Validate(BudgetReport report)
    {
        RequireThere(report.Budget, "budget.budget");
        foreach (OptionInfo option in OptionInfo.AllOf(typeof(RetentionBudget)))
        {
            object? value = option.ValueIn(report.Budget);
            Require(option.Allows(value), $"budget.budget.{JsonNamingPolicy.SnakeCaseLower.ConvertName(option.Name)}", value ?? "null");
        }

        RequireThere(report.Text, "budget.text");
        RequireCount(report.DecidingSamples, "budget.deciding_samples");
        Require(
            report.WatchedSamples >= 0 && report.WatchedSamples <= report.DecidingSamples, "budget.watched_samples", report.WatchedSamples);
        RequireCount(report.PlannedMeasurements, "budget.planned_measurements");
        if (report.LearningRate is { } rate)
            Require(rate > 0, "budget.learning_rate", rate);
        RequireElements(report.Probes, "budget.probes");
        for (int i = 0; i < report.Probes.Count; i++)
            Validate(report.Probes[i], $"budget.probes[{i}]");
        RequireElements(report.Course, "budget.course");
        for (int i = 0; i < report.Course.Count; i++)
            Validate(report.Course[i], $"budget.course[{i}]", before: i == 0 ? 0 : report.Course[i - 1].Step);
        Require(
            report.Decided is null == report.DecidedUsed is null, "budget.decided_used", report.DecidedUsed is null ? "null" : "there");
        RequireShare(report.Interpolation, "budget.interpolation");
        if (report.ReturnedToStep is { } step)
            Require(step >= 0, "budget.returned_to_step", step);
        TuningReportCheck.Validate(report.Validation, "budget.validation");
        RequireCount(report.HeldOutSamples, "budget.held_out_samples");
        Require(report.IsHeld is null == report.Used is null, "budget.is_held", report.IsHeld is null ? "null" : "there");
    }

    private static void Validate(RateProbe probe, string field)
    {
        Require(probe.LearningRate > 0, $"{field}.learning_rate", probe.LearningRate);
        Require(probe.Steps >= 1, $"{field}.steps", probe.Steps);
        RequireThere(probe.Measured, $"{field}.measured");
    }

    /// <param name="before">The step of the point before.</param>
    private static void Validate(BudgetPoint point, string field, int before)
    {
        Require(point.Step > before, $"{field}.step", point.Step);
        RequireThere(point.Measured, $"{field}.measured");
        Require(point.LearningRate >= 0, $"{field}.learning_rate", point.LearningRate);
    }
}
