using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Inference.LabelWords;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tasks.LabelWords;
using Microsoft.ML.KappaTune.Tokenization;
using TorchSharp;

/// <summary>Does runs of the benchmark of heads and words, on one base model.</summary>
internal sealed class WordsRunner
{
    private readonly string _model;
    private readonly Setting _setting;
    private readonly Dictionary<string, TaskExamples> _tasks = [];

    public WordsRunner(string model, Setting setting)
    {
        (_model, _setting) = (model, setting);
        // Into the cache that the runs use, so that none of them scans.
        string? cache = Tuning.Options(model, BudgetBase.Lowest, setting).ScanCacheDirectory;
        CheckpointScanner.Scan(model, new() { CacheDirectory = cache, Threads = setting.Threads });
    }

    public WordsResult Run(WordsCell cell)
    {
        if (!_tasks.TryGetValue(cell.Task, out TaskExamples? task))
            _tasks.Add(cell.Task, task = new(TextTask.All(_setting).First(its => its.Id == cell.Task), cell.TestRows));
        try
        {
            return cell.Way switch
            {
                WordsCell.Head => OfHead(cell, task),
                WordsCell.Words => OfWords(cell, task),
                WordsCell.Untuned => OfUntuned(cell, task),
                _ => OfFrequencies(cell, task),
            };
        }
        catch (NotFiniteNumberException e)
        {
            return new() { Cell = cell, Failure = e.Message };
        }
    }

    private WordsResult OfHead(WordsCell cell, TaskExamples task)
    {
        Timed<TunedClassifier> tuned = Timed.Run(() => TextClassificationTuner.Tune(Request(cell, task)));
        using TextClassifier classifier = tuned.Result.Classifier;
        Timed<float[][]> scores = Timed.Run(() => TestScores.Of(classifier, task.Test));
        var result = new WordsResult { Cell = cell, Scored = [new(null, ScoreMeasures.Of(scores.Result, task.Labels))] };
        return Trained(result with { ScoringSeconds = scores.Seconds }, tuned, tuned.Result.Report);
    }

    private WordsResult OfWords(WordsCell cell, TaskExamples task)
    {
        Timed<TunedWords> tuned = Timed.Run(() => LabelWordTuner.Tune(Request(cell, task)));
        using WordClassifier classifier = tuned.Result.Classifier;
        return Trained(ByWords(cell, task, classifier), tuned, tuned.Result.Report);
    }

    private WordsResult OfUntuned(WordsCell cell, TaskExamples task)
    {
        using Checkpoint checkpoint = Checkpoint.Open(_model);
        DecoderConfig config = DecoderConfig.Read(checkpoint);
        TokenizerFiles files = TokenizerFiles.Read(checkpoint);
        using var classifier = new WordClassifier(
            CausalLanguageModel.Load(checkpoint, config), HuggingFaceTokenizer.Create(files, config.VocabularySize), files,
            LabelWordSet.Create(WordsTask.Find(cell.Task).Labels, task.Classes), cell.Tokens, torch.CPU);
        return ByWords(cell, task, classifier);
    }

    /// <summary>What says of every text how often each class is among the training rows, of which every seed draws as many.</summary>
    private static WordsResult OfFrequencies(WordsCell cell, TaskExamples task)
    {
        TextExample[] rows = task.Train(cell.Rows, seed: 1);
        float[] shares = [.. task.Classes.Select((_, label) => (float)rows.Count(row => row.Label == label) / rows.Length)];
        return new() { Cell = cell, Scored = [new(null, ScoreMeasures.Of([.. task.Test.Select(_ => shares)], task.Labels))] };
    }

    /// <summary>The words' likelihoods are found once, for all ways to make probabilities of them.</summary>
    private static WordsResult ByWords(WordsCell cell, TaskExamples task, WordClassifier classifier)
    {
        Timed<double[][]> logs = Timed.Run(() => TestScores.Of(classifier, task.Test, classifier.LogLikelihoods));
        return new()
        {
            Cell = cell,
            Scored = [.. Enum.GetValues<WordScores>().Select(way => new WordsScored(way, ScoreMeasures.Of(Scores(way), task.Labels)))],
            ScoringSeconds = logs.Seconds,
        };

        float[][] Scores(WordScores way) =>
        [
            .. logs.Result.Select(its =>
            {
                float[] scores = new float[its.Length];
                classifier.ToScores(its, way, scores);
                return scores;
            }),
        ];
    }

    private TextClassificationRequest Request(WordsCell cell, TaskExamples task)
    {
        int seed = cell.Seed!.Value;
        KappaTuneTextClassificationTrainer.Options usual = Tuning.Options(_model, BudgetBase.Lowest, _setting);
        return new()
        {
            Options = usual with
            {
                MaxEpochs = cell.Epochs,
                MaxSequenceLength = cell.Tokens,
                BatchSize = cell.BatchSize,
                LearningRate = cell.LearningRate,
                HeadLearningRate = cell.HeadLearningRate ?? usual.HeadLearningRate,
                Seed = seed,
            },
            Train = task.Train(cell.Rows, seed),
            Classes = task.Classes,
            Labels = cell.Way == WordsCell.Words ? WordsTask.Find(cell.Task).Labels : ClassLabels.AsOutputs,
        };
    }

    private static WordsResult Trained<T>(WordsResult scored, Timed<T> tuned, TuningReport report) => scored with
    {
        Seconds = tuned.Seconds,
        ProcessorSeconds = tuned.Processor,
        Steps = report.Losses.Count,
        TrainableParameters = report.TrainableParameters,
    };
}
