using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

/// <summary>
/// Rows a second of the batched cursor and of one row at a time, as ML.NET's built-in trainer scores, each beside its bare matrix products.
/// </summary>
internal static class ScoringBenchmark
{
    public static void Run(Setting setting, EncoderShape shape)
    {
        TextRow[] train = Corpus.Sample(Corpus.Read(setting.AgNews("train")), 2 * Setting.BatchSize);
        TextRow[] rows = Corpus.Sample(Corpus.Read(setting.AgNews("test")), setting.Quick ? 400 : 800);
        string folder = setting.Model(shape, rows);
        var context = new MLContext(seed: 1);
        var options = Tuning.Options(folder, Tuning.Selection("kappa", shape), setting) with { MaxSequenceLength = null };
        using TransformerChain<KeyToValueMappingTransformer> model = Tuning.Fit(context, context.Data.LoadFromEnumerable(train), options);
        IDataView view = model.Transform(context.Data.LoadFromEnumerable(rows));
        using PredictionEngine<TextRow, Answer> engine = context.Model.CreatePredictionEngine<TextRow, Answer>(
            model, new PredictionEngineOptions { OwnsTransformer = false });

        int[] lengths = BareProducts.Lengths(folder, rows, shape.Positions);
        using var products = new BareProducts(shape);
        List<double> batched = [], single = [], batchedProducts = [], singleProducts = [];
        for (int run = -1; run < setting.Runs; run++) // The first one warms up.
        {
            long start = Stopwatch.GetTimestamp();
            int count = view.GetColumn<float[]>("Score").Count();
            double cursor = rows.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (count != rows.Length)
                throw new InvalidOperationException($"{count} of {rows.Length} rows were scored.");

            start = Stopwatch.GetTimestamp();
            foreach (TextRow row in rows)
                engine.Predict(row);
            double one = rows.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
            double[] bare = [.. ((int[])[Setting.BatchSize, 1]).Select(size => rows.Length / products.Seconds(lengths, size))];
            if (run < 0)
                continue;
            batched.Add(cursor);
            single.Add(one);
            batchedProducts.Add(bare[0]);
            singleProducts.Add(bare[1]);
        }

        var table = new Table("way", "rows/s", "its bare products, rows/s", "share of the products", "÷ one at a time");
        foreach ((string way, List<double> rates, List<double> bare) in
            (ReadOnlySpan<(string, List<double>, List<double>)>)
            [
                ("batched cursor", batched, batchedProducts), ("one row at a time", single, singleProducts),
            ])
        {
            table.Add(
                way, Table.Spread(rates), Table.Spread(bare),
                $"{100 * Table.Median(rates) / Table.Median(bare):0} %", $"{Table.Median(rates) / Table.Median(single):0.00}");
        }

        Console.WriteLine($"### Scoring: {shape.Name}\n");
        Console.WriteLine(
            $"{rows.Length} rows of AG News as they come, up to {shape.Positions} tokens, "
            + $"medians of {setting.Runs} rounds in turn.\n");
        table.Print();
        Console.WriteLine();
    }
}
