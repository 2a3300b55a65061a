using System.Diagnostics;
using KappaTune.Tool.Output;
using Microsoft.ML;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Reports;

namespace KappaTune.Tool.Demo;

/// <summary>
/// The whole idea on real text: scan a pre-trained model, tune it on its low-κ tensors and, for comparison, on all of them and on the
/// words alone, measure what each learnt and kept, save, and load in another process.
/// </summary>
internal sealed class DemoRun(DemoSettings settings, TextWriter output, TextWriter error, CancellationToken cancellationToken)
{
    private const int Steps = 7, Predictions = 6;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly DemoFiles _files = new(settings.Folder);
    private int _step;

    public void Run()
    {
        using var warnings = new Warnings(_mlContext, error);
        _files.Begin();
        _files.WriteTickets();
        Scan();
        Begin("Tune it to sort support tickets, on those tensors only");
        output.WriteLine("An ordinary ML.NET pipeline does it: see samples/TextClassification.");
        using Tuned kappa = Tune("Lowest κ", TicketSorter.Options.Selection, settings.LearningRate);
        Begin("For comparison, tune all of it, as one usually does");
        KappaSelection everything = KappaSelection.LowestFraction(1) with { Embeddings = true, SingleDimensions = true, Biases = true, Norms = true };
        using Tuned full = Tune("Full fine-tuning", everything, settings.FullLearningRate);
        Begin("And only its word embeddings, which lie below all layers");
        KappaSelection embeddings = KappaSelection.Lowest(1) with { Embeddings = true, Include = ["*word_embeddings*"] };
        using Tuned words = Tune("Words only", embeddings, settings.WordsLearningRate);
        Begin("What they learnt, and what they kept");
        DemoTables.WriteComparison([kappa, full, words], output);
        Begin("Save the first, and load it in another process");
        Save([kappa, full, words]);
        LoadElsewhere(kappa);
        _files.End();
        Begin("New tickets");
        Predict();
        DemoTables.WriteEnd(kappa, full, words, _files, output);
    }

    private void Scan()
    {
        Begin("A pre-trained model, and the condition number κ of its weights");
        output.WriteLine(
            "A high κ marks a weight matrix that has specialised on what the model knows,\n"
            + "a low one a matrix that can still learn in all directions. The fifth with the\n"
            + "lowest will be trained, everything else stays as it is.");
        ScanReport scan = ScanBar.Show(error, progress => CheckpointScanner.Scan(
            settings.BaseModel, new() { Selection = TicketSorter.Options.Selection, CacheDirectory = settings.Cache, Device = settings.Device, Threads = settings.Threads, Progress = progress }, cancellationToken));
        Results.Write(scan, scan.Plan(TicketSorter.Options.Selection), output, json: null, html: null);
        Results.WriteScanned(scan, output);
    }

    private Tuned Tune(string way, KappaSelection selection, double learningRate)
    {
        var options = TicketSorter.Options with
        {
            BaseModel = settings.BaseModel,
            Selection = selection,
            MaxEpochs = settings.Epochs,
            LearningRate = learningRate,
            RetentionText = DemoFiles.ControlText,
            ScanCacheDirectory = settings.Cache,
            Device = settings.Device,
            Threads = settings.Threads,
            CancellationToken = cancellationToken,
        };
        IDataView train = TicketSorter.Load(_mlContext, _files.Train), test = TicketSorter.Load(_mlContext, _files.Test);
        var model = TuningBar.Show(error, progress => TicketSorter.Train(_mlContext, train, options with { Progress = progress }));
        cancellationToken.ThrowIfCancellationRequested();
        TuningReport report = model.OfType<KappaTuneTextClassificationTransformer>().Single().Report!;
        return new(way, model, report, TicketSorter.Measure(_mlContext, model, test));
    }

    private void Save(Tuned[] ways)
    {
        AtomicFile.Write(_files.Model, stream => _mlContext.Model.Save(ways[0].Model, TicketSorter.Load(_mlContext, _files.Train).Schema, stream));
        HtmlReport.Save(ways[0].Report, [.. ways.Select(way => way.ForReport())], _files.Report);
        output.WriteLine($"{_files.Model}: {Words.Bytes(new FileInfo(_files.Model).Length)}, all that ML.NET needs.");
    }

    private string[] Threads() => settings.Threads > 0 ? ["--threads", $"{settings.Threads}"] : [];

    /// <exception cref="InvalidOperationException">The other process failed, or its scores are others.</exception>
    private void LoadElsewhere(Tuned kappa)
    {
        using Process process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "kappatune.exe" : "kappatune"),
            ["evaluate", _files.Model, "--data", _files.Test, "--label", "Queue", "--json", _files.Evaluation, "--device", settings.Device, .. Threads()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> said = process.StandardError.ReadToEndAsync(CancellationToken.None);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != ExitCode.Done)
            throw new InvalidOperationException($"Another process can't load {_files.Model}: {Words.OneLine(said.Result)}");
        double accuracy = JsonFile.ReadObject(_files.Evaluation).GetProperty("micro_accuracy").GetDouble();
        if (accuracy != kappa.Metrics.MicroAccuracy)
            throw new InvalidOperationException($"In another process the model is right in {accuracy:0.0000} of the rows, here in {kappa.Metrics.MicroAccuracy:0.0000}.");
        output.WriteLine($"Another process loaded it and sorts {DemoTables.Percent(accuracy)} of the test tickets right, too.");
    }

    private void Predict()
    {
        using PredictionEngine<Ticket, SortedTicket> engine = TicketSorter.Open(_mlContext, _files.Model);
        Ticket[] tickets = [.. _mlContext.Data.CreateEnumerable<Ticket>(TicketSorter.Load(_mlContext, _files.Test), reuseRowObject: false)];
        foreach (Ticket ticket in tickets.Where((_, i) => i % (tickets.Length / Predictions) == 0).Take(Predictions))
            DemoTables.WritePrediction(ticket, engine.Predict(ticket), output);
        if (settings.Ask is null)
            return;
        output.WriteLine("Type a ticket of your own; an empty line ends.");
        while (!cancellationToken.IsCancellationRequested && settings.Ask() is { Length: > 0 } line)
            DemoTables.WritePrediction(new Ticket { Text = line }, engine.Predict(new Ticket { Text = line }), output);
    }

    private void Begin(string what)
    {
        cancellationToken.ThrowIfCancellationRequested();
        output.WriteLine($"{(_step == 0 ? "" : "\n")}[{++_step}/{Steps}] {what}");
    }
}
