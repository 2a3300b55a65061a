using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Reports;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Training;

namespace KappaTune.Cli.Comparison;

/// <summary>A comparison from its request to its document.</summary>
internal sealed class ComparisonRun(ComparisonRequest request, ComparisonProgress progress)
{
    // Of methods, some are meant to learn less; of tensors, as many as can be should be compared.
    private const double MostMethods = 0.75, MostTensors = 0.9;

    /// <exception cref="OperationCanceledException">It was cancelled; what has ended is kept.</exception>
    public ComparisonDocument Run(CancellationToken cancellationToken)
    {
        progress.Note("Scanning the base model, and choosing what each method trains.");
        var rows = TaskRows.Read(request.Task, cancellationToken);
        var plan = ComparisonPlan.Of(request, rows, cancellationToken);
        foreach (string warning in plan.Warnings)
            progress.Note($"Warning: {PlainText.OneLine(warning)}");
        BaseReading before = BaseOf(plan, rows);
        var folder = new CellFolder(request.Output);
        (IReadOnlyList<ComparisonCell> cells, IReadOnlyList<ComparisonFailure> failures) = Cells(plan, folder, cancellationToken);
        double? loss = request.TrainLoss
            ?? Matching.CommonLoss(plan.Methods, cells, failures, request.PerTensor ? MostTensors : MostMethods);
        MatchedAdaptation? matched = loss is { } common ? Matching.Of(plan.Methods, cells, failures, common) : null;
        IReadOnlyList<ComparedTensor> tensors = matched is null ? [] : PerTensorStudy.Tensors(plan.Tensors, matched);
        return new()
        {
            Study = request.PerTensor ? "per-tensor" : "methods",
            Base = plan.Base,
            Task = new() { Name = request.TaskName, Train = rows.Train.Count, Test = rows.Test.Count, Classes = rows.Classes.Count },
            Controls = before.Controls,
            Settings = SettingsOf(),
            Methods = plan.Methods,
            Cells = cells,
            Failures = failures,
            Baselines = new() { Majority = rows.MajorityAccuracy(), BagOfWords = rows.BagOfWordsAccuracy() },
            Matched = matched,
            PerTensor = tensors,
            Correlations = PerTensorStudy.Correlations(tensors),
            Roles = PerTensorStudy.Roles(tensors),
        };
    }

    private BaseReading BaseOf(ComparisonPlan plan, TaskRows rows)
    {
        string key = BaseIdentity.KeyOf(plan.Cells[0].Identity);
        if (BaseReading.Find(request.Output, key) is { } known)
            return known;
        progress.Note("Measuring the base model on the control texts.");
        // As the runs measure: sums of other numbers of threads differ in their last bits, and an untouched model must not.
        using var threads = new ThreadSetting(request.Threads);
        using var meter = new ControlMeter(request.Base, request.Controls, rows.Test, request.Device);
        BaseReading reading = meter.MeasureBase();
        reading.Save(request.Output, key);
        return reading;
    }

    private (IReadOnlyList<ComparisonCell> Cells, IReadOnlyList<ComparisonFailure> Failures) Cells(
        ComparisonPlan plan, CellFolder folder, CancellationToken cancellationToken)
    {
        // Methods may choose the same tensors: then they share their runs.
        CellSpec[] missing = [.. plan.Cells.Where(spec => folder.Find(spec) is null).DistinctBy(spec => spec.Identity.Key())];
        int all = plan.Cells.DistinctBy(spec => spec.Identity.Key()).Count();
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        progress.Begin(all, all - missing.Length, request.Jobs);
        new CellPool(request.Jobs, folder).Run(
            missing,
            outcome =>
            {
                if (outcome.Problem is { } problem)
                    problems[outcome.Spec.Identity.Key()] = problem;
                progress.Ended(outcome);
            },
            cancellationToken);
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

    private ComparisonSettings SettingsOf() => new()
    {
        Seeds = [.. Enumerable.Range(1, request.Seeds)],
        LearningRates = request.LearningRates,
        HeadLearningRate = request.HeadLearningRate,
        Epochs = request.Epochs,
        BatchSize = request.BatchSize,
        Fraction = request.Fraction,
        Draws = request.Draws,
        Schedule = CellRunner.Schedule,
        Machine = MachineName.Of(request.Device),
    };
}
