/// <summary>The results of the benchmark of the budget as tables in Markdown, one set for each model and size.</summary>
internal static class BudgetTables
{
    public static void Print(IReadOnlyList<BudgetResult> results)
    {
        foreach (var size in results.GroupBy(result => (result.Cell.Rows, result.Cell.Epochs, result.Cell.Tokens, result.Cell.BatchSize)))
        {
            Console.WriteLine(
                $"{size.Key.Rows} training rows, {size.Key.Epochs} epochs, {size.Key.Tokens} tokens, batches of {size.Key.BatchSize}; "
                + "accuracy in % over tasks and seeds, loss on control text as the change of the base's.\n");
            foreach (var model in size.GroupBy(result => result.Cell.Model))
            {
                var set = new BudgetResultSet([.. model]);
                Console.WriteLine($"### {model.Key}: within a budget\n");
                PrintBudgets(set);
                Console.WriteLine($"### {model.Key}: at usual rates, without a budget\n");
                PrintUsual(set);
                Console.WriteLine($"### {model.Key}: lowest κ less each other way\n");
                PrintDifferences(set);
            }

            PrintSummary(new BudgetResultSet([.. size]));
        }
    }

    private static void PrintBudgets(BudgetResultSet set)
    {
        var table = new Table(
            ["budget", "method", "accuracy", "over head only", .. BudgetCell.Tasks, "held-out loss, mean", "largest", "used, mean", "held",
            "nothing learnt", "cost ÷ plain", "÷ plain and measured", "optimizer, MB", "rate found", "runs"]);
        foreach (double keep in BudgetCell.Budgets)
        {
            foreach (BudgetMethod method in BudgetMethod.All.Where(method => method.Selection is not null))
            {
                BudgetResult[] runs = set.Of(method.Id, keep, null);
                if (runs.Length == 0)
                    continue;
                BudgetKeeping[] kept = [.. runs.Select(run => run.Keeping!)];
                table.Add(
                    [$"{100 * (1 - keep):0.#} %", method.Title, .. set.Accuracies(runs), .. Losses(runs),
                    $"{kept.Average(run => run.HeldOutUsed):0.00}", Share(kept.Count(run => run.IsHeld == true), kept.Length),
                    $"{kept.Count(run => run.Outcome == Microsoft.ML.KappaTune.BudgetOutcome.HeadOnly)}",
                    Ratio(set.Costs(runs, isMeasured: false)), Ratio(set.Costs(runs, isMeasured: true)), Megabytes(runs),
                    Rates([.. kept.Select(run => run.LearningRate)]), $"{runs.Length}"]);
            }
        }

        table.Print();
        Console.WriteLine();
    }

    private static void PrintUsual(BudgetResultSet set)
    {
        var table = new Table(
            ["method", "rate", "accuracy", "over head only", .. BudgetCell.Tasks, "held-out loss, mean", "largest",
            .. BudgetCell.Budgets.Select(keep => $"within {100 * (1 - keep):0.#} %"), "optimizer, MB", "processor seconds", "runs"]);
        foreach (BudgetMethod method in BudgetMethod.All)
        {
            foreach (double rate in method.UsualRates)
            {
                BudgetResult[] runs = set.Of(method.Id, null, rate);
                if (runs.Length == 0)
                    continue;
                table.Add(
                    [method.Title, $"{rate:0.#e-0}", .. set.Accuracies(runs), .. Losses(runs),
                    .. BudgetCell.Budgets.Select(keep => Share(runs.Count(run => run.LossRise <= 1 - keep), runs.Length)),
                    Megabytes(runs), $"{Table.Median([.. runs.Select(run => run.ProcessorSeconds)]):0.0}", $"{runs.Length}"]);
            }
        }

        table.Print();
        Console.WriteLine();
    }

    /// <summary>Pairs of runs of the same task, seed and budget, which have the same rows.</summary>
    private static void PrintDifferences(BudgetResultSet set)
    {
        string[] others = [.. BudgetMethod.All.Where(method => method.Selection is not null && method.Id != BudgetMethod.Kappa)
            .Select(method => method.Id)];
        var table = new Table(["budget", .. others.Select(other => $"less {BudgetMethod.Find(other).Title}")]);
        foreach (double keep in BudgetCell.Budgets)
            table.Add([$"{100 * (1 - keep):0.#} %", .. others.Select(other => Difference(set.Differences(other, keep)))]);
        Console.WriteLine("In points of accuracy, over pairs with the same rows, with the mean's standard error.\n");
        table.Print();
        Console.WriteLine();
    }

    private static void PrintSummary(BudgetResultSet set)
    {
        BudgetResult[] kept = [.. set.Results.Where(result => result.Keeping is not null)];
        if (kept.Length > 0)
        {
            Console.WriteLine(
                $"Held on held-out text: {Share(kept.Count(run => run.Keeping!.IsHeld == true), kept.Length)}. Cost ÷ plain run, median: "
                + $"{Ratio(set.Costs(kept, isMeasured: false))}; ÷ plain run that is measured: "
                + $"{Ratio(set.Costs(kept, isMeasured: true))}.");
        }

        foreach (BudgetResult failed in set.Failed)
            Console.WriteLine($"Failed: {failed.Cell}: {failed.Failure}");
        Console.WriteLine();
    }

    private static string[] Losses(BudgetResult[] runs) =>
        [Percent(runs.Average(run => run.LossRise)), Percent(runs.Max(run => run.LossRise))];

    private static string Percent(double share) => $"{100 * share:+0.00;−0.00;0.00} %";

    private static string Share(int count, int all) => $"{100.0 * count / all:0} % ({count} of {all})";

    private static string Ratio(IReadOnlyList<double> ratios) =>
        ratios.Count == 0 ? "" : $"{Table.Median(ratios):0.00} ({ratios.Min():0.00} to {ratios.Max():0.00})";

    private static string Megabytes(BudgetResult[] runs) => $"{runs.Average(run => run.OptimizerBytes) / 1e6:0.0}";

    private static string Rates(IReadOnlyList<double> rates) =>
        $"{Table.Median(rates):0.0e-0} ({rates.Min():0.0e-0} to {rates.Max():0.0e-0})";

    private static string Difference(IReadOnlyList<double> differences)
    {
        if (differences.Count < 2)
            return "";
        double mean = differences.Average();
        double deviation = Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / (differences.Count - 1));
        return $"{100 * mean:+0.0;−0.0;0.0} ± {100 * deviation / Math.Sqrt(differences.Count):0.0} ({differences.Count})";
    }
}
