using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Receives a comparison's progress.</summary>
public interface IComparisonProgress
{
    /// <summary>Says in a line what is done before the first run.</summary>
    void Note(string line);

    /// <param name="all">Runs in all.</param>
    /// <param name="known">Those that were done before.</param>
    /// <param name="jobs">Runs at once.</param>
    void Begin(int all, int known, int jobs);

    /// <summary>A run has ended; called for one at a time.</summary>
    void Ended(CellOutcome outcome);
}

/// <summary>A comparison from its request to its result.</summary>
public sealed class ComparisonRun
{
    // The shares that have to reach the common loss: some methods are meant to learn less, but nearly all tensors should be compared.
    private const double ShareOfMethods = 0.75, ShareOfTensors = 0.9;

    private readonly ComparisonRequest _request;
    private readonly TaskRows _rows;
    private readonly IComparisonProgress _progress;

    /// <exception cref="ArgumentException">There is no such device.</exception>
    public ComparisonRun(ComparisonRequest request, TaskRows rows, IComparisonProgress progress)
    {
        _request = request with
        {
            Base = Checkpoint.PlaceOf(request.Base),
            // By its own name, so that a run on a GPU is never taken for one on a CPU.
            Device = DeviceName.Parse(request.Device).ToString(),
        };
        _rows = rows;
        _progress = progress;
    }

    /// <exception cref="OperationCanceledException">It was cancelled; what has ended is kept.</exception>
    public ComparisonResult Run(CancellationToken cancellationToken)
    {
        _progress.Note("Scanning the base model, and choosing what each method trains.");
        var plan = ComparisonPlan.Create(_request, _rows, cancellationToken);
        foreach (string warning in plan.Warnings)
            _progress.Note($"Warning: {PlainText.OneLine(warning)}");
        BaseReading before = BaseOf(plan);
        var folder = new CellFolder(_request.Output);
        (IReadOnlyList<ComparisonCell> cells, IReadOnlyList<ComparisonFailure> failures) = Cells(plan, folder, cancellationToken);
        bool byErrors = _rows.Recordings is not null;
        double? level = (byErrors ? _request.WordErrorRate : _request.TrainLoss)
            ?? Matching.CommonLoss(plan.Methods, cells, failures, _request.PerTensor ? ShareOfTensors : ShareOfMethods, byErrors);
        MatchedAdaptation? matched = level is { } common ? Matching.Match(plan.Methods, cells, failures, common, byErrors) : null;
        string[] names = FileNames.Titles([_request.Task.Train, .. _request.Controls]);
        IReadOnlyList<ComparedTensor> tensors = matched is null ? [] : PerTensorStudy.Tensors(plan.Tensors, matched);
        return new()
        {
            Study = _request.PerTensor ? "per-tensor" : "methods",
            Base = plan.Base,
            Task = new()
            {
                Name = _request.TaskName ?? names[0],
                Train = _rows.Train.Count,
                Test = _rows.Test.Count,
                Classes = _rows.Classes.Count,
                HeadParameters = plan.HeadParameters,
            },
            Controls = [.. before.Controls.Zip(names.Skip(1), (control, name) => control with { Name = name })],
            Settings = _request.Settings with { Machine = MachineName.Describe(_request.Device) },
            Methods = plan.Methods,
            Cells = cells,
            Failures = failures,
            Baselines = byErrors ? new() { Majority = 0 }
                : new() { Majority = _rows.MajorityAccuracy(), BagOfWords = _rows.BagOfWordsAccuracy() },
            Matched = matched,
            PerTensor = tensors,
            Correlations = PerTensorStudy.Correlations(tensors),
            Roles = PerTensorStudy.Roles(tensors),
        };
    }

    private BaseReading BaseOf(ComparisonPlan plan)
    {
        string key = BaseIdentity.KeyOf(plan.Cells[0].Identity);
        if (BaseReading.Find(_request.Output, key) is { } known)
            return known;
        _progress.Note("Measuring the base model on the control texts.");
        // With as many threads as the runs: the last bits of sums depend on them, and an untouched model must not differ.
        using var threads = new ThreadSetting(_request.Threads);
        using Checkpoint checkpoint = Checkpoint.Open(_request.Base);
        using var meter = ControlTextMeter.For(
            _request.Base, _request.Controls, _rows, WordRows.Of(checkpoint, _rows), _request.Device);
        BaseReading reading = meter.MeasureBase();
        reading.Save(_request.Output, key);
        return reading;
    }

    private (IReadOnlyList<ComparisonCell> Cells, IReadOnlyList<ComparisonFailure> Failures) Cells(
        ComparisonPlan plan, CellFolder folder, CancellationToken cancellationToken)
    {
        // Methods may choose the same tensors: then they share their runs.
        CellSpec[] missing = [.. plan.Cells.Where(spec => folder.Find(spec) is null).DistinctBy(spec => spec.Identity.Key())];
        int all = plan.Cells.DistinctBy(spec => spec.Identity.Key()).Count();
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_rows.Recordings is { } recordings)
            FirstEncoders.Train(missing, recordings, _progress, cancellationToken);
        _progress.Begin(all, all - missing.Length, _request.Jobs);
        try
        {
            new CellPool(_request.Jobs, folder, _rows, _request.CellCommand).Run(
                missing,
                outcome =>
                {
                    if (outcome.Problem is { } problem)
                        problems[outcome.Spec.Identity.Key()] = problem;
                    _progress.Ended(outcome);
                },
                cancellationToken);
        }
        finally
        {
            // Of a comparison that is stopped, too, for those who read along.
            ComparisonLines.Save(
                plan.Cells.Select(spec => folder.Find(spec) is { } cell ? cell with { Key = spec.Identity.Key() } : null)
                    .OfType<ComparisonCell>(),
                _request.Output);
        }

        return (
            [.. plan.Cells.Select(folder.Find).OfType<ComparisonCell>()],
            [.. plan.Cells.Where(spec => problems.ContainsKey(spec.Identity.Key())).Select(spec => new ComparisonFailure
            {
                Method = spec.Method,
                Draw = spec.Draw,
                LearningRate = spec.Identity.LearningRate,
                Seed = spec.Identity.Seed,
                Message = problems[spec.Identity.Key()],
            })]);
    }
}
