using Microsoft.ML.KappaTune;

/// <summary>Rows a second of an epoch over AG News: ours, and plain PyTorch the reference's way.</summary>
internal static class TrainingBenchmark
{
    public static void Run(Setting setting, EncoderShape shape)
    {
        TextRow[] rows = Corpus.Sample(Corpus.Read(setting.AgNews("train")), setting.Rows);
        string model = setting.Model(shape, rows);
        var rates = Tuning.Ways.Append("reference").ToDictionary(way => way, _ => new List<double>());
        var reports = new Dictionary<string, TuningReport>();
        // Scans and warms up.
        foreach (string way in Tuning.Ways)
            reports[way] = Tuning.Epoch(rows[..(4 * Setting.BatchSize)], Options(way));

        using PyTorch? reference = OpenReference(setting, model, rows, reports["kappa"]);
        for (int run = 0; run < setting.Runs; run++)
        {
            foreach (string way in Tuning.Ways)
                rates[way].Add(Tuning.Epoch(rows, Options(way)).Epochs[0].RowsPerSecond);
            if (reference is not null)
                rates["reference"].Add(rows.Length / reference.AskNumber("epoch"));
        }

        double full = Table.Median(rates["full"]), kappa = Table.Median(rates["kappa"]);
        var table = new Table("way", "parameters that train", "first stage that trains", "rows/s", "÷ full", "goal");
        foreach (string way in Tuning.Ways)
        {
            TuningReport report = reports[way];
            table.Add(
                Describe(way), $"{100.0 * report.TrainableParameters / report.TotalParameters:0.0} %", FirstStage(report, shape),
                Table.Spread(rates[way]), $"{Table.Median(rates[way]) / full:0.00}", way == "kappa" ? "≥ 1.5" : "");
        }

        if (reference is not null)
            table.Add(
                $"PyTorch {reference.Version}, the reference's way, padded to {setting.MaxTokens}",
                "as κ at 20 %", "", Table.Spread(rates["reference"]), "", "");
        Console.WriteLine($"### Training: {shape.Name}\n");
        Console.WriteLine(
            $"An epoch of {rows.Length} rows of AG News, batches of {Setting.BatchSize}, "
            + $"at most {setting.MaxTokens} tokens, dropout 0.1, medians of {setting.Runs} rounds in turn (lowest to highest).\n");
        table.Print();
        Console.WriteLine(reference is null
            ? "\nSkipped: the reference's way, because /usr/bin/python3 has no torch (Debian: python3-torch).\n"
            : $"\nκ at 20 % against the reference's way: {kappa / Table.Median(rates["reference"]):0.00} times (goal: ≥ 3).\n");

        KappaTuneTextClassificationTrainer.Options Options(string way) => Tuning.Options(model, Tuning.Selection(way, shape), setting);
    }

    /// <summary>The PyTorch side, with the same tensors selected; null, visibly, where there is none.</summary>
    public static PyTorch? OpenReference(Setting setting, string model, TextRow[] rows, TuningReport kappa)
    {
        string rowsFile = Path.Combine(setting.Work, "rows.tsv"), selected = Path.Combine(setting.Work, "selected.txt");
        Corpus.Write(rowsFile, rows);
        File.WriteAllLines(selected, kappa.Plan.Selected.Select(matrix => matrix.Name));
        return PyTorch.Open(
            "reference.py", model, rowsFile, selected, $"{setting.Threads}", $"{setting.MaxTokens}", $"{Setting.BatchSize}");
    }

    public static string Describe(string way) => way switch
    {
        "kappa" => "κ-tuning at 20 %",
        "upper" => "κ-tuning, as many tensors of the upper half of the layers",
        "full" => "full fine-tuning",
        _ => way,
    };

    private static string FirstStage(TuningReport report, EncoderShape shape)
    {
        if (report.Plan.Selected.Any(matrix => matrix.Name.Contains("embeddings", StringComparison.Ordinal)))
            return "embeddings";
        int first = report.Plan.Selected.Min(matrix => matrix.Layer ?? shape.Layers);
        return $"layer {first + 1} of {shape.Layers}";
    }
}
