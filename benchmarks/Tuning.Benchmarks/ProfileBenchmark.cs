using System.Diagnostics;
using static TorchSharp.torch;

/// <summary>What a training step spends on products of matrices, and κ-tuning beside its arithmetic bound.</summary>
internal static class ProfileBenchmark
{
    private const int MinimumRounds = 7;

    // In every layer, the first one too, so that gradients go through all of them.
    private static readonly string[] Selected = ["attention.self.key.weight", "attention.self.value.weight"];

    public static void Run(Setting setting, EncoderShape shape)
    {
        string folder = setting.Model(shape, []);
        int rounds = Math.Max(setting.Runs, MinimumRounds);
        var times = new Dictionary<string, List<double>> { ["full"] = [], ["kappa"] = [], ["products"] = [] };
        var optimizer = new Dictionary<string, List<double>> { ["full"] = [], ["kappa"] = [] };
        using var full = new TrainingStep(folder, _ => true, Setting.BatchSize, setting.MaxTokens);
        using var kappa = new TrainingStep(folder, IsSelected, Setting.BatchSize, setting.MaxTokens);
        using StepProducts bare = MatrixProducts.Of(shape, Setting.BatchSize, setting.MaxTokens);
        for (int round = -1; round < rounds; round++) // The first one warms up.
        {
            Measure("full", full.Run, round);
            Measure("kappa", kappa.Run, round);
            Measure("products", () =>
            {
                bare.Run();
                return 0;
            }, round);
        }

        // Of each round, whose parts met the same load of the machine.
        double products = Ratio("products", "full"), faster = Ratio("full", "kappa"), share = Share(shape), bound = 3 / (2 + share);
        Console.WriteLine($"### A training step: {shape.Name}\n");
        Console.WriteLine(
            $"{Setting.BatchSize} rows of {setting.MaxTokens} tokens, dropout 0.1, "
            + $"medians of {rounds} rounds in turn (lowest to highest), in ms.\n");
        var table = new Table("", "step", "optimizer");
        table.Add("full fine-tuning", Table.Spread(times["full"]), Table.Spread(optimizer["full"]));
        table.Add($"κ-tuning, {share:P1} of the weights' products", Table.Spread(times["kappa"]), Table.Spread(optimizer["kappa"]));
        table.Add("the bare products of full fine-tuning", Table.Spread(times["products"]), "");
        table.Print();
        Console.WriteLine(
            $"\nProducts: {products:P0} of a step (goal: ≥ 80 %). "
            + $"κ-tuning: {faster:0.00} times as fast as full fine-tuning; "
            + $"the bound 3/(2+p) is {bound:0.00}, of which this is {faster / bound:P0} (goal: ≥ 95 %). "
            + "Both are medians of the rounds' ratios.\n");

        double Ratio(string upper, string lower) => Table.Median([.. times[upper].Zip(times[lower], (a, b) => a / b)]);

        void Measure(string way, Func<double> run, int round)
        {
            using var scope = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            double part = run();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (round < 0)
                return;
            times[way].Add(1e3 * seconds);
            if (optimizer.TryGetValue(way, out List<double>? its))
                its.Add(1e3 * part);
        }
    }

    private static bool IsSelected(string name) => Selected.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>The selected part of the linear layers' products: of the last layer only keys and values are of all tokens.</summary>
    private static double Share(EncoderShape shape)
    {
        double square = (double)shape.Hidden * shape.Hidden, layer = 4 * square + 2.0 * shape.Hidden * shape.Intermediate;
        return 2 * square * shape.Layers / ((shape.Layers - 1) * layer + 2 * square);
    }
}
