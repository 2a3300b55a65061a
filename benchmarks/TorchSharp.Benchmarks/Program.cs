// The same work in this TorchSharp and in PyTorch, a round here and a round there in turn, so that whatever else the
// machine does meets both alike. Prints medians and ratios as a Markdown table.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using KappaTune.Tool.Comparison;
using static TorchSharp.torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
int threads = Environment.ProcessorCount, rounds = 21;
var wanted = new List<string>();
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--threads")
        threads = int.Parse(args[++i]);
    else if (args[i] == "--rounds")
        rounds = int.Parse(args[++i]);
    else
        wanted.Add(args[i]);
}

set_num_threads(threads);
using var peer = new Peer(threads);
Func<Case>[] all = [Cases.Add, Cases.AdamWStep, Cases.EncoderStep];
Console.WriteLine($"{MachineName.Processor()}, {Environment.ProcessorCount} cores, {threads} threads; {RuntimeInformation.FrameworkDescription}; "
    + $"libtorch and PyTorch {peer.Version}; medians of {rounds} rounds in turn (quartiles of the ratio in brackets)");
Console.WriteLine();
Console.WriteLine("| per operation | TorchSharp (compat) | PyTorch | ratio | goal |");
Console.WriteLine("| --- | ---: | ---: | ---: | ---: |");
foreach (Func<Case> make in all)
{
    Case one = make();
    if (wanted.Count > 0 && !wanted.Contains(one.Name))
        continue;
    double[] ours = new double[rounds], theirs = new double[rounds];
    for (int i = -3; i < rounds; i++) // The first ones warm up.
    {
        long start = Stopwatch.GetTimestamp();
        one.Round();
        double here = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double there = peer.Round(one.Request);
        if (i >= 0)
            (ours[i], theirs[i]) = (here / one.Operations, there / one.Operations);
    }
    double[] ratios = [.. ours.Zip(theirs, (a, b) => a / b)];
    Console.WriteLine($"| {one.Description} | {Time(At(ours, 0.5))} | {Time(At(theirs, 0.5))} | "
        + $"{At(ratios, 0.5):0.000} ({At(ratios, 0.25):0.000} to {At(ratios, 0.75):0.000}) | ≤ {one.Goal} |");
}

static double At(double[] values, double part) => values.Order().ElementAt((int)Math.Round(part * (values.Length - 1)));

static string Time(double seconds) => seconds switch
{
    < 1e-5 => $"{seconds * 1e9:0} ns",
    < 1e-2 => $"{seconds * 1e6:0} µs",
    _ => $"{seconds * 1e3:0.0} ms",
};
