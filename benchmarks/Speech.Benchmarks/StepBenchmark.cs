using System.Diagnostics;
using Microsoft.ML.KappaTune.Compute;

/// <summary>A training step of a model that hears beside its bare products, and the same tokens as text beside theirs.</summary>
internal static class StepBenchmark
{
    public const string Part = "step";

    public static void Run(string work, int rounds)
    {
        using var memory = new KeptMemory(); // as training does
        foreach (SpeechShape shape in (SpeechShape[])[SpeechShape.Small, SpeechShape.SmolLm2])
        {
            Console.WriteLine($"### A training step: {shape.Name}\n");
            Console.WriteLine(
                $"{SpeechShape.Rows} utterances of {SpeechShape.Frames.Min()} to {SpeechShape.Frames.Max()} frames with "
                + $"{SpeechShape.Transcript} tokens to write, medians of {rounds} rounds in turn (lowest to highest), in ms.\n");
            var table = new Table("", "step", "its bare products", "step ÷ products", "goal");
            Measure(shape, work, rounds, table, "all train", isAll: true);
            Measure(shape, work, rounds, table, "attention trains", isAll: false);
            table.Print();
            Console.WriteLine("\nThe ratios are medians of the rounds'.\n");
        }
    }

    private static void Measure(SpeechShape shape, string work, int rounds, Table table, string what, bool isAll)
    {
        using var step = new SpeechStep(shape, work, name => isAll || name.Contains(".self_attn.", StringComparison.Ordinal));
        using StepProducts hearing = Products(hears: true), text = Products(hears: false);
        (string Way, Func<double> Run)[] ways =
        [
            ("hears", () => step.Run(hears: true)), ("of these", () => Time(hearing)),
            ("text", () => step.Run(hears: false)), ("of text", () => Time(text)),
        ];
        List<double>[] times = [[], [], [], []];
        for (int round = -1; round < rounds; round++) // The first one warms up.
        {
            for (int way = 0; way < ways.Length; way++)
            {
                double seconds = ways[way].Run();
                if (round >= 0)
                    times[way].Add(1e3 * seconds);
            }
        }

        Add($"speech, {what} ({step.Count / 1e6:0.0} M)", times[0], times[1], "≤ 1.1");
        Add($"the same tokens as text, {what}", times[2], times[3], "");

        void Add(string name, List<double> steps, List<double> products, string goal)
        {
            double ratio = Table.Median([.. steps.Zip(products, (whole, bare) => whole / bare)]);
            table.Add(name, Table.Spread(steps), Table.Spread(products), $"{ratio:0.00}", goal);
        }

        StepProducts Products(bool hears) => FusedProducts.Of(shape.Decoder, step.Fusion, step.Lengths, hears, isAll);
    }

    private static double Time(StepProducts products)
    {
        long start = Stopwatch.GetTimestamp();
        products.Run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
