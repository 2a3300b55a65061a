using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

/// <summary>How long a saved model takes to its first prediction, and how long predictions take with several callers at once.</summary>
internal static class ServingBenchmark
{
    public const string Command = "child-load";

    private static readonly int[] Callers = [1, 4, 16];

    public static void Run(Setting setting, EncoderShape shape)
    {
        TextRow[] train = Corpus.Sample(Corpus.Read(setting.AgNews("train")), 2 * Setting.BatchSize);
        TextRow[] rows = Corpus.Sample(Corpus.Read(setting.AgNews("test")), 200);
        string zip = Path.Combine(setting.Work, "serving.zip");
        var context = new MLContext(seed: 1);
        IDataView view = context.Data.LoadFromEnumerable(train);
        using (TransformerChain<KeyToValueMappingTransformer> model =
            Tuning.Fit(
                context, view, Tuning.Options(setting.Model(shape, rows), Tuning.Selection("kappa", shape), setting)))
            context.Model.Save(model, view.Schema, zip);

        double[][] times = [.. Enumerable.Range(0, setting.Runs).Select(_ =>
            Child.Ask(Command, zip, rows[0].Text).Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray())];
        ITransformer saved = context.Model.Load(zip, out _);
        var pool = new DefaultObjectPool<PredictionEngine<TextRow, Answer>>(new EnginePolicy(context, saved));

        Console.WriteLine($"### Serving: {shape.Name}\n");
        Console.WriteLine(
            $"The .zip has {new FileInfo(zip).Length / 1e6:0.0} MB. In fresh processes (medians of {setting.Runs}): "
            + $"loading {Table.Median([.. times.Select(t => t[0])]) * 1e3:0} ms, "
            + $"then the first prediction {Table.Median([.. times.Select(t => t[1])]) * 1e3:0} ms.\n");
        var table = new Table("callers of a pool of engines", "p50, ms", "p99, ms", "predictions/s");
        foreach (int callers in Callers)
        {
            Measure(pool, rows[..50], callers);
            (double[] latencies, double rate) = Measure(pool, rows, callers);
            table.Add($"{callers}", $"{1e3 * Table.Median(latencies):0.0}", $"{1e3 * Table.At(latencies, 0.99):0.0}", $"{rate:0}");
        }

        table.Print();
        Console.WriteLine();
    }

    /// <summary>What the child does: loads, predicts once, and prints both times.</summary>
    public static void RunChild(string zip, string text)
    {
        var context = new MLContext();
        long start = Stopwatch.GetTimestamp();
        ITransformer model = context.Model.Load(zip, out _);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        using PredictionEngine<TextRow, Answer> engine = context.Model.CreatePredictionEngine<TextRow, Answer>(model);
        engine.Predict(new() { Text = text });
        Console.WriteLine(FormattableString.Invariant($"{load} {Stopwatch.GetElapsedTime(start).TotalSeconds}"));
    }

    /// <summary>Each caller is a thread, and asks for every row.</summary>
    private static (double[] Latencies, double Rate) Measure(
        DefaultObjectPool<PredictionEngine<TextRow, Answer>> pool, TextRow[] rows, int callers)
    {
        double[][] latencies = [.. Enumerable.Range(0, callers).Select(_ => new double[rows.Length])];
        Thread[] threads = [.. latencies.Select(mine => new Thread(() =>
        {
            for (int i = 0; i < rows.Length; i++)
            {
                long start = Stopwatch.GetTimestamp();
                PredictionEngine<TextRow, Answer> engine = pool.Get();
                engine.Predict(rows[i]);
                pool.Return(engine);
                mine[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }))];
        long all = Stopwatch.GetTimestamp();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return ([.. latencies.SelectMany(mine => mine)], callers * rows.Length / Stopwatch.GetElapsedTime(all).TotalSeconds);
    }

    private sealed class EnginePolicy(MLContext context, ITransformer model) : PooledObjectPolicy<PredictionEngine<TextRow, Answer>>
    {
        public override PredictionEngine<TextRow, Answer> Create() =>
            context.Model.CreatePredictionEngine<TextRow, Answer>(model, new PredictionEngineOptions { OwnsTransformer = false });

        public override bool Return(PredictionEngine<TextRow, Answer> obj) => true;
    }
}
