using Microsoft.ML.KappaTune.Study;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.Transforms;

/// <summary>
/// Real tasks through the whole pipeline, from MiniLM and from an encoder that was never trained: fit, evaluate, save, load in
/// a fresh process, the same metrics; beside the majority class and a bag of words. How long to train is decided on a tenth of the training
/// rows; the test rows decide nothing.
/// </summary>
internal static class AccuracyBenchmark
{
    public const string Command = "child-evaluate";

    private const double ValidationFraction = 0.1;

    private static readonly EarlyStopping Stopping = new(ValidationMetric.MicroAccuracy, Patience: 4);

    public static void Run(Setting setting)
    {
        var table = new Table(
            "task", "training rows", "test rows", "majority class", "bag of words", "base", "tuned, micro", "macro",
            "log-loss", "epochs", "fresh process");
        foreach (TextTask task in TextTask.All(setting))
        {
            string majority = $"{task.MajorityAccuracy():0.000}", words = $"{BagOfWords.Accuracy(Bags(task.Train), Bags(task.Test)):0.000}";
            foreach ((string name, KappaTuneTextClassificationTrainer.Options options) in Bases(task, setting))
            {
                (MulticlassClassificationMetrics metrics, TuningReport report) = Measure(task, options, setting);
                table.Add(
                    task.Name, $"{task.Train.Length}", $"{task.Test.Length}", majority, words, name, $"{metrics.MicroAccuracy:0.000}",
                    $"{metrics.MacroAccuracy:0.000}", $"{metrics.LogLoss:0.000}", $"{report.BestEpoch} of {report.Epochs.Count}",
                    "the same");
            }
        }

        Console.WriteLine("### Accuracy\n");
        Console.WriteLine(
            $"κ-tuning at 20 % of the tensors, from MiniLM and from a random encoder of {EncoderShape.Tiny.Name}, "
            + "of which embeddings are candidates too. "
            + $"A tenth of the training rows says after which epoch to stop ({Stopping.Metric}, patience {Stopping.Patience}). "
            + "The bag of words is 4096 words and pairs of words into LbfgsMaximumEntropy.\n");
        table.Print();
        Console.WriteLine();
    }

    private static (string Label, string Text)[] Bags(TextRow[] rows) => [.. rows.Select(row => (row.Label, row.Text))];

    /// <summary>The models to start from, and how.</summary>
    private static IEnumerable<(string Name, KappaTuneTextClassificationTrainer.Options Options)> Bases(TextTask task, Setting setting)
    {
        KappaSelection selection = KappaSelection.LowestFraction(0.2);
        yield return ("MiniLM", Options(PretrainedModels.MiniLM, selection, rate: 3e-4, mostEpochs: 6));
        // From scratch much has to be learnt: the embeddings too, and at a higher rate.
        yield return (
            "random", Options(setting.Model(EncoderShape.Tiny, task.Train, deviation: 0.1),
            selection with { Embeddings = true }, rate: 2e-3, mostEpochs: 30));

        KappaTuneTextClassificationTrainer.Options Options(string model, KappaSelection chosen, double rate, int mostEpochs) =>
            Tuning.Options(model, chosen, setting) with
            {
                LearningRate = rate,
                HeadLearningRate = rate,
                // What was trained before needs few epochs; from scratch it takes some hundreds of steps, however few rows there are.
                MaxEpochs = Math.Clamp(12_000 / task.Train.Length, 6, mostEpochs),
                MaxSequenceLength = 64,
                ValidationFraction = ValidationFraction,
                EarlyStopping = Stopping,
            };
    }

    private static (MulticlassClassificationMetrics Metrics, TuningReport Report) Measure(
        TextTask task, KappaTuneTextClassificationTrainer.Options options, Setting setting)
    {
        string zip = Path.Combine(setting.Work, "task.zip"), test = Path.Combine(setting.Work, "test.tsv");
        Corpus.Write(test, task.Test);
        var context = new MLContext(seed: 1);
        IDataView train = context.Data.LoadFromEnumerable(task.Train);
        using TransformerChain<KeyToValueMappingTransformer> model = Tuning.Fit(context, train, options);
        context.Model.Save(model, train.Schema, zip);
        MulticlassClassificationMetrics metrics = Evaluate(context, model, test);
        string fresh = Child.Ask(Command, zip, test);
        return fresh == Text(metrics)
            ? (metrics, Tuning.ReportOf(model))
            : throw new InvalidOperationException($"{task.Name}: a fresh process found {fresh}, this one {Text(metrics)}.");
    }

    /// <summary>What the child does: loads, evaluates, and prints the metrics, every digit.</summary>
    public static void RunChild(string zip, string test)
    {
        var context = new MLContext(seed: 1);
        Console.WriteLine(Text(Evaluate(context, context.Model.Load(zip, out _), test)));
    }

    private static MulticlassClassificationMetrics Evaluate(MLContext context, ITransformer model, string test) =>
        context.MulticlassClassification.Evaluate(model.Transform(context.Data.LoadFromEnumerable(Corpus.Read(test))));

    private static string Text(MulticlassClassificationMetrics metrics) =>
        FormattableString.Invariant($"{metrics.MicroAccuracy:R} {metrics.MacroAccuracy:R} {metrics.LogLoss:R}");
}
