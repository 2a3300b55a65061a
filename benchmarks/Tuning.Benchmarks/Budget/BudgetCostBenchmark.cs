/// <summary>What a budget costs: the same training with and without one, in turn.</summary>
internal static class BudgetCostBenchmark
{
    public static void Run(Setting setting, BudgetCell cell)
    {
        using var runner = new BudgetRunner(setting);
        runner.WarmUp(cell);
        var table = new Table(
            "round", "plain, s", "with the budget, s", "ratio", "plain, processor s", "with the budget, processor s", "ratio",
            "probing, s", "watching, s", "deciding, s", "used of the budget");
        List<double> byClock = [], byProcessor = [];
        for (int round = 1; round <= setting.Runs; round++)
        {
            // The order changes, so that a load that grows meets both alike.
            bool plainFirst = round % 2 == 1;
            BudgetResult first = runner.Run(plainFirst ? cell.Plain() : cell), second = runner.Run(plainFirst ? cell : cell.Plain());
            (BudgetResult plain, BudgetResult kept) = plainFirst ? (first, second) : (second, first);
            if ((plain.Failure ?? kept.Failure) is { } failure)
                throw new InvalidOperationException(failure);
            byClock.Add(kept.Seconds / plain.Seconds);
            byProcessor.Add(kept.ProcessorSeconds / plain.ProcessorSeconds);
            BudgetKeeping keeping = kept.Keeping!;
            table.Add(
                $"{round}", $"{plain.Seconds:0.0}", $"{kept.Seconds:0.0}", $"{byClock[^1]:0.00}", $"{plain.ProcessorSeconds:0.0}",
                $"{kept.ProcessorSeconds:0.0}", $"{byProcessor[^1]:0.00}", $"{keeping.ProbingSeconds:0.0}",
                $"{keeping.WatchingSeconds:0.0}", $"{keeping.DecidingSeconds:0.0}", $"{keeping.HeldOutUsed:0.00}");
        }

        table.Add("median", "", "", $"{Table.Median(byClock):0.00}", "", "", $"{Table.Median(byProcessor):0.00}", "", "", "", "");
        Console.WriteLine($"### The budget's cost: {cell}, {cell.Rows} rows, {cell.Epochs} epochs, {cell.Tokens} tokens\n");
        Console.WriteLine("The plain run measures nothing on control text.\n");
        table.Print();
    }
}
