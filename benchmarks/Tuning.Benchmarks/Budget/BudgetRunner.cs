using System.Diagnostics;
using System.Numerics.Tensors;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tokenization;

/// <summary>Does runs of the benchmark of the budget; models and tasks are read when they are first asked for.</summary>
internal sealed class BudgetRunner(Setting setting) : IDisposable
{
    private readonly Dictionary<string, BudgetBase> _models = [];
    private readonly Dictionary<string, BudgetTask> _tasks =
        TextTask.All(setting).Where(task => BudgetCell.Tasks.Contains(task.Id)).ToDictionary(task => task.Id, task => new BudgetTask(task));

    /// <summary>A small run that isn't counted: it takes the time that only a process's first run takes.</summary>
    public void WarmUp(BudgetCell cell) => Run(cell.Plain() with { Rows = 64, Epochs = 1 });

    public BudgetResult Run(BudgetCell cell)
    {
        BudgetTask task = _tasks[cell.Task];
        if (!_models.TryGetValue(cell.Model, out BudgetBase? model))
            _models.Add(cell.Model, model = new(cell.Model, setting));
        TextClassificationRequest request = RequestOf(cell, task, model);
        try
        {
            (TunedClassifier tuned, double seconds, double processor) = Timed(() => TextClassificationTuner.Tune(request));
            using TextClassifier classifier = tuned.Classifier;
            tuned.Adapters?.Dispose();
            (RetentionReport kept, _, double measuring) = Timed(() => tuned.Report.Retention ?? classifier.Use(model.Measure));
            return new()
            {
                Cell = cell,
                Accuracy = Accuracy(classifier, task.Test),
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

    private TextClassificationRequest RequestOf(BudgetCell cell, BudgetTask task, BudgetBase model)
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

    private static double Accuracy(TextClassifier classifier, TextExample[] rows)
    {
        int right = 0;
        var scores = new float[Setting.BatchSize * classifier.ClassCount];
        // Of similar lengths, as a batch is padded to its longest.
        IEnumerable<(EncodedText Text, int Label)> encoded =
            rows.Select(row => (Text: classifier.Encode(row.Text, null), row.Label)).OrderBy(row => row.Text.Ids.Length);
        foreach ((EncodedText Text, int Label)[] batch in encoded.Chunk(Setting.BatchSize))
        {
            Span<float> all = scores.AsSpan(0, batch.Length * classifier.ClassCount);
            classifier.Score([.. batch.Select(row => row.Text)], all);
            for (int i = 0; i < batch.Length; i++)
            {
                if (TensorPrimitives.IndexOfMax(all.Slice(i * classifier.ClassCount, classifier.ClassCount)) == batch[i].Label)
                    right++;
            }
        }

        return (double)right / rows.Length;
    }

    private static (T Result, double Seconds, double Processor) Timed<T>(Func<T> action)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        T result = action();
        return (result, clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
}
