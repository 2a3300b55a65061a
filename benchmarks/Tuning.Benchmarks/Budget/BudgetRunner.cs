using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Does runs of the benchmark of the budget; models and tasks are read when they are first asked for.</summary>
internal sealed class BudgetRunner(Setting setting) : IDisposable
{
    private const int MostTestRows = 1000;

    private readonly Dictionary<string, BudgetBase> _models = [];
    private readonly Dictionary<string, TaskExamples> _tasks = TextTask.All(setting)
        .Where(task => BudgetCell.Tasks.Contains(task.Id)).ToDictionary(task => task.Id, task => new TaskExamples(task, MostTestRows));

    /// <summary>A small run that isn't counted: it takes the time that only a process's first run takes.</summary>
    public void WarmUp(BudgetCell cell) => Run(cell.Plain() with { Rows = 64, Epochs = 1 });

    public BudgetResult Run(BudgetCell cell)
    {
        TaskExamples task = _tasks[cell.Task];
        if (!_models.TryGetValue(cell.Model, out BudgetBase? model))
            _models.Add(cell.Model, model = new(cell.Model, setting));
        TextClassificationRequest request = RequestOf(cell, task, model);
        try
        {
            (TunedClassifier tuned, double seconds, double processor) = Timed.Run(() => TextClassificationTuner.Tune(request));
            using TextClassifier classifier = tuned.Classifier;
            tuned.Adapters?.Dispose();
            (RetentionReport kept, _, double measuring) = Timed.Run(() => tuned.Report.Retention ?? classifier.Use(model.Measure));
            return new()
            {
                Cell = cell,
                Accuracy = ScoreMeasures.Of(TestScores.Of(classifier, task.Test), task.Labels).Accuracy,
                LossRise = kept.LossIncrease!.Value,
                Divergence = kept.Divergence?.Value,
                Drift = kept.Drift[^1].CosineDistance.Value,
                Seconds = seconds,
                ProcessorSeconds = processor,
                MeasuringSeconds = measuring,
                TrainingSeconds = tuned.Report.TrainingTime.TotalSeconds,
                Steps = tuned.Report.Losses.Count,
                OptimizerBytes = 2 * sizeof(float) * tuned.Report.TrainableParameters,
                Keeping = tuned.Report.Budget is { } budget ? BudgetKeeping.From(budget) : null,
            };
        }
        catch (NotFiniteNumberException e)
        {
            return new() { Cell = cell, Failure = e.Message };
        }
    }

    public void Dispose()
    {
        foreach (BudgetBase model in _models.Values)
            model.Dispose();
    }

    private TextClassificationRequest RequestOf(BudgetCell cell, TaskExamples task, BudgetBase model)
    {
        var method = BudgetMethod.Find(cell.Method);
        bool isHead = method.Selection is null;
        KappaTuneTextClassificationTrainer.Options options = Tuning.Options(
            model.Folder, method.Selection?.Invoke(model, cell.Seed) ?? BudgetBase.Lowest, setting) with
        {
            Method = method.Method,
            MaxEpochs = cell.Epochs,
            MaxSequenceLength = cell.Tokens,
            BatchSize = cell.BatchSize,
            LearningRate = isHead ? null : cell.LearningRate,
            Seed = cell.Seed,
            Budget = cell.Keep is { } keep ? new() { Keep = keep } : null,
            // A run without a budget is the plain one that others are compared with: nothing in it is measured.
            RetentionText = cell.Keep is null ? null : model.ControlText,
        };
        return new()
        {
            Options = isHead ? options with { HeadLearningRate = cell.LearningRate!.Value } : options,
            Train = task.Train(cell.Rows, cell.Seed),
            Classes = task.Classes,
            Plan = isHead ? ExplicitPlan.Create(model.Checkpoint, []) : null,
        };
    }
}
