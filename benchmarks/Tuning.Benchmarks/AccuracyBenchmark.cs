using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.KappaTune;
using Microsoft.ML.Transforms;

/// <summary>
/// Real tasks through the whole pipeline, from an encoder that was never trained: fit, evaluate, save, load in a fresh process, the same
/// metrics; beside the majority class and a bag of words.
/// </summary>
internal static class AccuracyBenchmark
{
    public const string Command = "child-evaluate";

    public static void Run(Setting setting)
    {
        var table = new Table("task", "training rows", "test rows", "majority class", "bag of words", "tuned, micro", "macro", "log-loss", "fit, s", "fresh process");
        foreach (TextTask task in TextTask.All(setting))
        {
            string zip = Path.Combine(setting.Work, "task.zip"), test = Path.Combine(setting.Work, "test.tsv");
            Corpus.Write(test, task.Test);
            var context = new MLContext(seed: 1);
            IDataView train = context.Data.LoadFromEnumerable(task.Train);
            var options = Tuning.Options(setting.Model(EncoderShape.Tiny, task.Train, deviation: 0.1), Selection, setting) with
            {
                // From scratch, so that much has to be learnt: some hundreds of steps, however few rows there are.
                LearningRate = 2e-3,
                HeadLearningRate = 2e-3,
                MaxEpochs = Math.Clamp(12_000 / task.Train.Length, 6, 30),
                MaxSequenceLength = 64,
            };
            long start = Stopwatch.GetTimestamp();
            using TransformerChain<KeyToValueMappingTransformer> model = Tuning.Fit(context, train, options);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            context.Model.Save(model, train.Schema, zip);
            MulticlassClassificationMetrics metrics = Evaluate(context, model, test);
            string fresh = Child.Ask(Command, zip, test);
            if (fresh != Text(metrics))
                throw new InvalidOperationException($"{task.Name}: a fresh process found {fresh}, this one {Text(metrics)}.");
            table.Add(
                task.Name, $"{task.Train.Length}", $"{task.Test.Length}", $"{task.MajorityAccuracy():0.000}", $"{BagOfWords.Evaluate(task).MicroAccuracy:0.000}",
                $"{metrics.MicroAccuracy:0.000}", $"{metrics.MacroAccuracy:0.000}", $"{metrics.LogLoss:0.000}", $"{seconds:0}", "the same");
        }

        Console.WriteLine("### Accuracy\n");
        Console.WriteLine($"A random encoder of {EncoderShape.Tiny.Name}, {Selection}, embeddings among the candidates; the bag of words is 4096 words and pairs of words into LbfgsMaximumEntropy.\n");
        table.Print();
        Console.WriteLine();
    }

    /// <summary>What the child does: loads, evaluates, and prints the metrics, every digit.</summary>
    public static void RunChild(string zip, string test)
    {
        var context = new MLContext(seed: 1);
        Console.WriteLine(Text(Evaluate(context, context.Model.Load(zip, out _), test)));
    }

    private static KappaSelection Selection => KappaSelection.LowestFraction(0.2) with { Embeddings = true };

    private static MulticlassClassificationMetrics Evaluate(MLContext context, ITransformer model, string test) =>
        context.MulticlassClassification.Evaluate(model.Transform(context.Data.LoadFromEnumerable(Corpus.Read(test))));

    private static string Text(MulticlassClassificationMetrics metrics) =>
        FormattableString.Invariant($"{metrics.MicroAccuracy:R} {metrics.MacroAccuracy:R} {metrics.LogLoss:R}");
}
