/// <summary>
/// What is learnt within a budget of forgetting, by each way to train at the rate that the trainer finds for it, and by each at its usual
/// rate without a budget. It can be stopped at any time: what is in the results file isn't done again.
/// </summary>
internal static class BudgetBenchmark
{
    /// <summary>Does a part of all runs.</summary>
    /// <param name="part">Which part, from 1.</param>
    /// <param name="parts">Of how many; each may be a process of its own.</param>
    public static void Run(Setting setting, IEnumerable<BudgetCell[]> groups, JsonLines<BudgetResult> results, int part, int parts)
    {
        BudgetCell[] cells = RunList.Left(
            groups.Where((_, place) => place % parts == part - 1).SelectMany(group => group), results, result => result.Cell);
        if (cells.Length == 0)
            return;
        using var runner = new BudgetRunner(setting);
        runner.WarmUp(cells[0]);
        RunList.Do(cells, results, runner.Run, Text);
    }

    private static string Text(BudgetResult result) => result.Failure
        ?? $"accuracy {result.Accuracy:0.000}, loss {100 * result.LossRise:+0.00;-0.00;0.00} %, {result.Seconds:0.0} s"
        + (result.Keeping is { } keeping ? $", found {keeping.LearningRate:0.0e-0}, {keeping.Outcome}, held: {keeping.IsHeld}" : "");
}
