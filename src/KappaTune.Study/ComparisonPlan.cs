using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>All that is decided before the first run: what is compared, and which runs that takes.</summary>
internal sealed record ComparisonPlan
{
    public required ComparedBase Base { get; init; }

    /// <summary>Parameters of the task's new head.</summary>
    public required long HeadParameters { get; init; }

    public required IReadOnlyList<ComparedMethod> Methods { get; init; }

    /// <summary>Every run, all methods of the first seed first, so that a comparison that was stopped can still compare.</summary>
    public required IReadOnlyList<CellSpec> Cells { get; init; }

    /// <summary>The candidates with their scores, where each trains alone; else none.</summary>
    public required IReadOnlyList<(ScannedMatrix Matrix, IReadOnlyDictionary<string, double> Scores)> Tensors { get; init; }

    /// <summary>What to know about the base model's files.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    public static ComparisonPlan Create(ComparisonRequest request, TaskRows rows, CancellationToken cancellationToken)
    {
        ComparisonSettings settings = request.Settings;
        var scanOptions = new ScanOptions { CacheDirectory = request.ScanCache };
        using Checkpoint checkpoint = Checkpoint.Open(request.Base);
        ScanReport scan = CheckpointScanner.Scan(checkpoint, scanOptions, cancellationToken);
        WordRows? words = WordRows.Of(checkpoint, rows);
        using TextModel model = rows.Recordings is { } recordings ? recordings.NewModel(checkpoint)
            : words is not null ? CausalLanguageModel.Load(checkpoint)
            : SequenceClassifier.Load(checkpoint, rows.Classes.Count, 0, resetHead: true, resetPooler: true);
        var builder = new MethodBuilder(scan, model, settings.Fraction, settings.Draws, settings.Epochs);
        ComparedMethod[] methods = request.PerTensor
            ? [.. builder.Candidates.Select(builder.Alone)]
            : [.. request.KnownMethods.Where(request.Methods.Contains).Select(builder.Build).Where(each => ChangesAnything(each, rows))];
        if (methods.Length == 0)
        {
            throw new FormatException(
                $"{request.Base} has none of the tensors that these methods train: {string.Join(", ", request.Methods)}. Name others.");
        }

        var identity = new CellIdentity
        {
            Base = BaseIdentity.OfModel(checkpoint),
            Task = rows.Fingerprint(words),
            Controls = [.. request.Controls.Select(BaseIdentity.OfControl)],
            Tensors = [],
            Rank = 0,
            LearningRate = 0,
            HeadLearningRate = settings.HeadLearningRate,
            Epochs = settings.Epochs,
            BatchSize = settings.BatchSize,
            Seed = 0,
            Device = request.Device,
            Threads = request.Threads,
        };
        return new()
        {
            Base = new()
            {
                Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Base)),
                Parameters = builder.BaseParameters,
                Fingerprint = scan.Fingerprint,
            },
            HeadParameters = builder.HeadParameters,
            Methods = methods,
            Warnings = scan.Warnings,
            Cells =
            [
                .. from seed in settings.Seeds
                   from method in methods
                   from draw in method.Draws
                   from rate in RatesOf(request, method)
                   select new CellSpec
                   {
                       Identity = identity with
                       {
                           Tensors = draw.Tensors,
                           Rank = method.Rank,
                           AdapterParameters = method.AdapterParameters,
                           LearningRate = rate,
                           HeadEpochs = method.HeadEpochs,
                           // Where the head alone trains, the learning rates to compare are the head's.
                           HeadLearningRate = draw.Tensors.Count == 0 ? rate : settings.HeadLearningRate,
                           Seed = seed,
                       },
                       Method = method.Id,
                       Draw = draw.Draw,
                       Base = request.Base,
                       Task = request.Task,
                       Controls = request.Controls,
                       Output = request.Output,
                   },
            ],
            Tensors = !request.PerTensor ? [] : [.. builder.Candidates.Select(matrix => (matrix, TensorScores.Compute(matrix, model)))],
        };
    }

    /// <summary>
    /// A language model has no new head, and one that hears has one method for its new parts alone, so that another without tensors, such
    /// as the routers of a dense model, is none.
    /// </summary>
    private static bool ChangesAnything(ComparedMethod method, TaskRows rows) =>
        (rows.Words is null && rows.Recordings is null) || method.Tensors > 0 || method.Id == MethodBuilder.ProjectorOnly;

    /// <summary>
    /// The method's own learning rates, or the settings' times its factor. A projector that trains without a tensor of the decoder has the
    /// rate that it has beside them in other methods.
    /// </summary>
    private static IEnumerable<double> RatesOf(ComparisonRequest request, ComparedMethod method) =>
        (request.Settings.MethodRates.TryGetValue(method.Id, out IReadOnlyList<double>? rates) ? rates
            : method.Id == MethodBuilder.ProjectorOnly ? [request.Settings.HeadLearningRate]
            : request.Settings.LearningRates.Select(rate => method.RateFactor * rate)).Select(Rounded);

    /// <summary>Equal rates are equal numbers, however they were computed.</summary>
    private static double Rounded(double rate) => double.Parse($"{rate:g6}", System.Globalization.CultureInfo.InvariantCulture);
}
