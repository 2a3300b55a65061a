using Microsoft.ML.KappaTune;

/// <summary>The peak of resident memory of a short training, each way in a process of its own.</summary>
internal static class MemoryBenchmark
{
    public const string Command = "child-memory";

    public static void Run(Setting setting, EncoderShape shape)
    {
        TextRow[] rows = Corpus.Sample(Corpus.Read(setting.AgNews("train")), 10 * Setting.BatchSize);
        string model = setting.Model(shape, rows), file = Path.Combine(setting.Work, "memory.tsv");
        Corpus.Write(file, rows);
        TuningReport kappa = Tuning.Epoch(rows[..Setting.BatchSize], Tuning.Options(model, Tuning.Selection("kappa", shape), setting));

        long weights = new FileInfo(Path.Combine(model, "model.safetensors")).Length;
        var table = new Table("way", "peak resident memory, MB", "÷ full");
        var peaks = new Dictionary<string, double>();
        foreach (string way in Tuning.Ways)
            peaks[way] = double.Parse(
                Child.Ask(Command, way, shape.Name, model, file, $"{setting.Threads}", $"{setting.MaxTokens}", setting.Work));
        using (PyTorch? reference = TrainingBenchmark.OpenReference(setting, model, rows, kappa))
        {
            if (reference is not null)
            {
                reference.AskNumber("epoch");
                peaks[$"PyTorch, the reference's way, padded to {setting.MaxTokens}"] = 1024 * reference.AskNumber("memory");
            }
        }

        foreach ((string way, double bytes) in peaks)
            table.Add(TrainingBenchmark.Describe(way), $"{bytes / 1e6:0}", $"{bytes / peaks["full"]:0.00}");
        Console.WriteLine($"### Memory: {shape.Name}\n");
        Console.WriteLine(
            $"{rows.Length} rows of AG News in batches of {Setting.BatchSize}; weights {weights / 1e6:0} MB. "
            + "The runtime and libtorch are included.\n");
        table.Print();
        Console.WriteLine(peaks.Count > Tuning.Ways.Length
            ? ""
            : "\nSkipped: the reference's way, because /usr/bin/python3 has no torch.\n");
    }

    /// <summary>What the child does: trains, and prints its peak.</summary>
    public static void RunChild(string way, string shape, string model, string rows, int threads, int maxTokens, string work)
    {
        EncoderShape its = ((EncoderShape[])[EncoderShape.MiniLm, EncoderShape.Base, EncoderShape.Tiny])
            .Single(known => known.Name == shape);
        var setting = new Setting("", work, threads, 1, 0, maxTokens, Quick: true);
        Tuning.Epoch(Corpus.Read(rows), Tuning.Options(model, Tuning.Selection(way, its), setting));
        Console.WriteLine(Child.PeakMemory());
    }
}
