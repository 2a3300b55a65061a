/// <summary>Prints what a results file has, as Markdown.</summary>
internal static class Tables
{
    public static void Print(Results results)
    {
        Timed(results, "A training step at batch 4 × 256, all parameters, SmolLM2-135M", PeerBenchmark.Step, PeerBenchmark.Ours, 1.0);
        Timed(results, "128 greedy tokens one by one, SmolLM2-135M", PeerBenchmark.Generation, PeerBenchmark.Ours, 1.0);
        Timed(results, "A training step of a mixture at batch 4 × 256", MixtureBenchmark.Part, MixtureBenchmark.Mixture, 1.3);
        Bounded(results, "The optimizer's memory", OptimizerMemory.Part, OptimizerMemory.Measured, OptimizerMemory.Expected);
        Bounded(results, "The memory of a scan", ScanMemory.Part, ScanMemory.Peak, ScanMemory.Most);
    }

    /// <summary>Seconds of each way, and the median of the rounds' ratios of the first way to each other.</summary>
    private static void Timed(Results results, string title, string part, string first, double goal)
    {
        IReadOnlyList<Result> all = results.Of(part);
        if (all.FirstOrDefault(result => result.Way == first && result.Measure == "seconds") is not { } own)
            return;
        Console.WriteLine($"### {title}\n");
        var table = new Table("way", "seconds (lowest to highest)", "of these in the optimizer", $"{first} ÷ this", "goal");
        foreach (Result result in all.Where(result => result.Measure == "seconds"))
        {
            Result? optimizer = all.FirstOrDefault(other => other.Way == result.Way && other.Measure == "optimizer seconds");
            table.Add(
                $"{result.Way} ({result.About})", Spread(result.Values), optimizer is null ? "" : Spread(optimizer.Values),
                result == own ? "" : $"{Table.Median([.. own.Values.Zip(result.Values, (a, b) => a / b)]):0.00}",
                result == own || result.Way == PeerBenchmark.GivenBack ? "" : $"≤ {goal:0.0}");
        }

        table.Print();
        Console.WriteLine();
    }

    /// <summary>Megabytes beside those that are allowed or expected.</summary>
    private static void Bounded(Results results, string title, string part, string measured, string bound)
    {
        IReadOnlyList<Result> all = results.Of(part);
        if (all.Count == 0)
            return;
        Console.WriteLine($"### {title}\n");
        var table = new Table("what", "measured, MB", $"{bound}, MB", "measured ÷ that");
        foreach (Result result in all.Where(result => result.Measure == measured))
        {
            double most = all.Single(other => other.Way == result.Way && other.Measure == bound).Values[0];
            table.Add(
                $"{result.Way} ({result.About})", $"{result.Values[0] / 1e6:0.0}", $"{most / 1e6:0.0}", $"{result.Values[0] / most:0.00}");
        }

        table.Print();
        Console.WriteLine();
    }

    private static string Spread(double[] values) => $"{Table.Median(values):0.00} ({values.Min():0.00} to {values.Max():0.00})";
}
