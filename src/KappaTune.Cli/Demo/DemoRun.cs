using System.Diagnostics;
using System.Text.Json;
using KappaTune.Cli.Output;
using Microsoft.ML;
using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Demo;

/// <summary>
/// The whole idea on real text: tune a pre-trained model on its low-κ tensors within a budget of what may be lost and, for comparison, all of
/// it within the same budget and at its usual rate, say what each learnt and lost, then show what was chosen, save, and load in another
/// process.
/// </summary>
internal sealed class DemoRun(DemoSettings settings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
{
    private const int Steps = 6, Predictions = 6;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly KappaTuneTextClassificationTrainer.Options _options = TicketSorter.OptionsFor(settings.BaseModel) with
    {
        MaxEpochs = settings.Epochs,
        RetentionText = RetentionTexts.English,
        ScanCacheDirectory = settings.Cache,
        Device = settings.Device,
        Threads = settings.Threads,
        CancellationToken = cancellationToken,
    };

    private readonly DemoFiles _files = new(settings.Folder);
    private int _step;

    public void Run()
    {
        using var warnings = new Warnings(_mlContext, error);
        _files.Check();
        Begin("Measure κ of each weight matrix");
        // Before anything is written: it refuses a base model or a device that can't be used.
        ScanReport scan = Scan();
        _files.Begin();
        _files.WriteTickets();
        DemoTables.WriteIntroduction(settings, scan.Plan(_options.Selection), output);
        KappaTuneTextClassificationTrainer.Options all = _options with
        {
            Selection = KappaSelection.LowestFraction(1) with { Embeddings = true, SingleDimensions = true, Biases = true, Norms = true },
        };
        Begin($"Tune those on support tickets, with at most {DemoTables.MostLost(_options)} lost");
        using Tuned kappa = Tune("Lowest κ", _options);
        Begin("For comparison, tune all of the model within the same budget");
        using Tuned full = Tune("All of it,\nsame budget", all);
        Begin("And all of it at its usual rate, without a budget");
        using Tuned usual = Tune("All of it,\nusual rate", all with { Budget = null, LearningRate = settings.FullLearningRate });
        double bagOfWords = BagOfWordsAccuracy();
        DemoTables.WriteComparison([kappa, full, usual], bagOfWords, output);
        DemoTables.WriteVerdict(kappa, full, usual, output);
        output.WriteLine("One seed: for several, and at matched adaptation, kappatune compare.");
        Begin("What was trained, saved, and loaded in another process");
        Results.Write(scan, kappa.Report.Plan, output, json: null, html: null);
        Results.WriteScanned(scan, output);
        DemoTables.WriteReplaced(scan.Plan(_options.Selection), kappa.Report.Plan, output);
        Save([kappa, full, usual], bagOfWords);
        LoadElsewhere(kappa);
        _files.End();
        Begin("New tickets");
        Predict();
        output.WriteLine();
        DemoTables.WriteResult(kappa, full, usual, bagOfWords, output);
        output.WriteLine($"Report: {_files.Report}");
        output.WriteLine($"Model:  {_files.Model}; samples/TextClassification is the program that made it.");
    }

    private ScanReport Scan() => ScanBar.Show(error, progress => CheckpointScanner.Scan(
        settings.BaseModel,
        new() { CacheDirectory = settings.Cache, Device = settings.Device, Threads = settings.Threads, Progress = progress },
        cancellationToken));

    private Tuned Tune(string way, KappaTuneTextClassificationTrainer.Options options)
    {
        IDataView train = TicketSorter.Load(_mlContext, _files.Train), test = TicketSorter.Load(_mlContext, _files.Test);
        var clock = Stopwatch.StartNew();
        var model = TuningBar.Show(error, countsTokens: false, progress => TicketSorter.Train(
            _mlContext, train, options with { Progress = progress }));
        TimeSpan elapsed = clock.Elapsed;
        cancellationToken.ThrowIfCancellationRequested();
        TuningReport report = model.OfType<KappaTuneTextClassificationTransformer>().Single().Report!;
        return new(way, model, report, TicketSorter.Measure(_mlContext, model, test), elapsed);
    }

    private double BagOfWordsAccuracy()
    {
        return BagOfWords.Accuracy(Rows(_files.Train), Rows(_files.Test));

        (string, string)[] Rows(string file) => [.. Read(file).Select(ticket => (ticket.Queue, ticket.Text))];
    }

    private void Save(Tuned[] ways, double bagOfWords)
    {
        OutputFile.Write(
            _files.Model, stream => _mlContext.Model.Save(ways[0].Model, TicketSorter.Load(_mlContext, _files.Train).Schema, stream));
        HtmlReport.Save(
            [.. ways.Select(way => new TuningWay(way.Way.Replace('\n', ' '), way.Report, way.Metrics.MicroAccuracy))], bagOfWords,
            _files.Report);
        output.WriteLine($"Saved:    {_files.Model}, {NumberText.Bytes(new FileInfo(_files.Model).Length)}, all that ML.NET needs.");
    }

    private string[] Threads() => settings.Threads > 0 ? ["--threads", $"{settings.Threads}"] : [];

    /// <exception cref="InvalidOperationException">The other process failed, or its scores are others.</exception>
    private void LoadElsewhere(Tuned kappa)
    {
        using Process process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "kappatune.exe" : "kappatune"),
            [
                "evaluate", _files.Model, "--data", _files.Test, "--label", "Queue", "--json", _files.Evaluation,
                "--device", settings.Device, .. Threads(),
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> said = process.StandardError.ReadToEndAsync(CancellationToken.None);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != ExitCode.Done)
            throw new InvalidOperationException($"Another process can't load {_files.Model}: {PlainText.OneLine(said.Result)}");
        using var evaluation = JsonDocument.Parse(File.ReadAllBytes(_files.Evaluation));
        double accuracy = evaluation.RootElement.GetProperty("micro_accuracy").GetDouble();
        if (accuracy != kappa.Metrics.MicroAccuracy)
        {
            throw new InvalidOperationException(
                $"In another process the model is right in {accuracy:0.0000} of the rows, here in {kappa.Metrics.MicroAccuracy:0.0000}.");
        }

        output.WriteLine($"Another process loaded it and sorts {DemoTables.Percent(accuracy)} of the test tickets right, too.");
    }

    private void Predict()
    {
        using PredictionEngine<Ticket, SortedTicket> engine = TicketSorter.Open(_mlContext, _files.Model);
        Ticket[] tickets = Read(_files.Test);
        foreach (Ticket ticket in tickets.Where((_, i) => i % (tickets.Length / Predictions) == 0).Take(Predictions))
            DemoTables.WritePrediction(ticket, engine.Predict(ticket), output);
        if (settings.Ask is null)
            return;
        output.WriteLine("Type a ticket of your own; an empty line ends.");
        while (!cancellationToken.IsCancellationRequested && settings.Ask() is { Length: > 0 } line)
            DemoTables.WritePrediction(new Ticket { Text = line }, engine.Predict(new Ticket { Text = line }), output);
    }

    private Ticket[] Read(string file) =>
        [.. _mlContext.Data.CreateEnumerable<Ticket>(TicketSorter.Load(_mlContext, file), reuseRowObject: false)];

    private void Begin(string what)
    {
        cancellationToken.ThrowIfCancellationRequested();
        output.WriteLine($"[{++_step}/{Steps}] {what}");
    }
}
