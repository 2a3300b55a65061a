using System.Diagnostics;
using Microsoft.ML.KappaTune.Training.Optimization;
using TorchSharp.Modules;
using static TorchSharp.torch;

/// <summary>Clipping and a step of AdamW over 200 tensors: ours over flat groups, and TorchSharp's own, tensor by tensor.</summary>
internal static class OptimizerBenchmark
{
    private const int Matrices = 100, Vectors = 100, MinimumRounds = 15;
    private const double Rate = 1e-4, Decay = 0.01, Beta1 = 0.9, Beta2 = 0.999, ClippingNorm = 1;

    // Adapters of rank 8 at MiniLM's width, its matrices of attention, and its wider ones.
    private static readonly long[][] Shapes = [[8, 384], [384, 384], [1536, 384]];

    public static void Run(Setting setting)
    {
        int rounds = Math.Max(setting.Runs, MinimumRounds);
        var table = new Table("100 matrices and 100 vectors", "parameters", "TorchSharp, ms", "ours, ms", "TorchSharp ÷ ours", "goal");
        foreach (long[] shape in Shapes)
        {
            (double[] torchSharp, double[] ours) = Measure(shape, rounds);
            double ratio = Table.Median(torchSharp) / Table.Median(ours);
            table.Add(
                $"{shape[0]} × {shape[1]}, {shape[1]}", $"{(Matrices * shape[0] * shape[1] + Vectors * shape[1]) / 1e6:0.0} M",
                Table.Spread(torchSharp), $"{Table.Median(ours):0.00} ({ours.Min():0.00} to {ours.Max():0.00})", $"{ratio:0.0}", "≥ 5");
        }

        Console.WriteLine("### The optimizer\n");
        Console.WriteLine($"Clipping and a step of AdamW, medians of {rounds} rounds in turn (lowest to highest).\n");
        table.Print();
        Console.WriteLine();
    }

    private static (double[] TorchSharp, double[] Ours) Measure(long[] shape, int rounds)
    {
        using var scope = NewDisposeScope();
        Parameter[] matrices = Parameters(Matrices, shape), vectors = Parameters(Vectors, shape[1]), all = [.. matrices, .. vectors];
        using var theirs = new AdamW(
        [
            new AdamW.ParamGroup(matrices, lr: Rate, beta1: Beta1, beta2: Beta2, weight_decay: Decay),
            new AdamW.ParamGroup(vectors, lr: Rate, beta1: Beta1, beta2: Beta2, weight_decay: 0),
        ]);
        ParameterGroup[] groups =
        [
            new(isHead: false, decays: true, [.. matrices.Select(matrix => matrix.shape)], CPU),
            new(isHead: false, decays: false, [.. vectors.Select(vector => vector.shape)], CPU),
        ];
        foreach (ParameterGroup group in groups)
            group.Gradients.copy_(rand(group.Gradients.shape));
        using var ours = new FlatAdamW([.. groups.Select(group => new AdamWGroup(group, Rate, group.Decays ? Decay : 0))], Beta1, Beta2);

        var times = (TorchSharp: new List<double>(), Ours: new List<double>());
        for (int round = -2; round < rounds; round++) // The first ones warm up.
        {
            double their = Time(() =>
            {
                nn.utils.clip_grad_norm_(all, ClippingNorm);
                theirs.step();
            });
            double our = Time(() => ours.Step(FlatAdamW.ClippingFactor(ours.GradientNorm(), ClippingNorm)));
            if (round < 0)
                continue;
            times.TorchSharp.Add(their);
            times.Ours.Add(our);
        }

        foreach (ParameterGroup group in groups)
            group.Dispose();
        return ([.. times.TorchSharp], [.. times.Ours]);
    }

    private static Parameter[] Parameters(int count, params long[] shape) =>
        [.. Enumerable.Range(0, count).Select(_ => new Parameter(rand(shape)) { grad = rand(shape) })];

    private static double Time(Action work)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        long start = Stopwatch.GetTimestamp();
        work();
        return 1e3 * Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
