using System.Globalization;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tasks.LanguageModels;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Resume;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>One run: reads the text, makes tokens, trains, measures, writes the model's folder.</summary>
internal sealed class PretrainingRun(PretrainingRequest request, Device device)
{
    private const string ReportFile = "pretraining.json", CardFile = "README.md";

    private readonly PretrainingOptions _options = request.Options;
    private readonly int _threads = ThreadSetting.CountOf(request.Threads);

    public PretrainingReport Run()
    {
        AtomicFolder.RequireFree(request.Output);
        TextCorpus corpus = TextCorpus.Read(request.Corpus);
        TextCorpus? held = request.HeldOut is { } path ? TextCorpus.Read(path) : null;
        if (held is null && _options.HeldOutShare > 0)
        {
            (corpus, held) = corpus.Split(_options.HeldOutShare);
            held = held.Lines.Count > 0 ? held : null;
        }

        TokenizerFiles files = TokenizerSource.Create(_options, corpus, request.Log, request.CancellationToken);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files);
        var models = new PretrainingModels(_options, tokenizer, device);
        using LanguageModelObjective objective = models.Create(files.Source);
        TokenWindows windows = Tokenize(corpus, tokenizer, objective);
        var order = new WindowOrder(windows, _options.BatchSize, _options.ShortShare, _options.Seed);
        int steps = StepsOf(_options, order.StepsPerEpoch);
        HeldOutText? heldOut = held is null ? null
            : new(Tokenize(held, tokenizer, objective), _options.HeldOutWindows, HeldOutBatch);
        long parameters = objective.Model.parameters().Sum(parameter => parameter.NumberOfElements);
        Log($"{corpus.Name}: {NumberText.Count(corpus.Lines.Count)} paragraphs, {NumberText.Count(windows.TokenCount)} tokens, "
            + $"{NumberText.Count(windows.Count)} windows of {windows.Length}.");
        string times = ((double)steps / order.StepsPerEpoch).ToString("0.##", CultureInfo.InvariantCulture);
        Log($"The model has {NumberText.Count(parameters)} parameters; {NumberText.Count(steps)} steps of {order.BatchSize} windows, "
            + $"{times} times the text, on {device} with {_threads} threads.");

        using TrainingStateStore<PretrainingState> states = OpenStates(PretrainingIdentity.Create(_options, corpus, held, files));
        using PretrainingState state = Train(objective, new(objective, order, heldOut, _options), steps, states);
        PretrainingReport report = new()
        {
            Options = _options,
            Corpus = corpus,
            CorpusTokens = windows.TokenCount,
            HeldOut = held,
            HeldOutWindows = heldOut?.WindowCount ?? 0,
            HeldOutGuesses = 0,
            Measured = state.HeldOut,
            VocabularySize = tokenizer.VocabularySize,
            Parameters = parameters,
            Steps = state.Step,
            TokensSeen = state.Tokens,
            Losses = [.. state.Losses.Select(step => (float)step.Loss)],
            Time = state.Time,
            Device = device.ToString(),
            Threads = _threads,
        };
        AtomicFolder.Write(request.Output, folder => report = Write(folder, models, objective, files, heldOut, report));
        states.Remove();
        return report;
    }

    // Not the run's batch size, so that runs with other batches are measured alike.
    private const int HeldOutBatch = 32;

    private const double DefaultEpochs = 10;

    /// <summary>Steps that the options ask for.</summary>
    internal static int StepsOf(PretrainingOptions options, int stepsPerEpoch) => options.Steps
        ?? (int)Math.Clamp(Math.Round(stepsPerEpoch * (options.Epochs ?? DefaultEpochs)), 1, int.MaxValue);

    private TrainingStateStore<PretrainingState> OpenStates(SortedDictionary<string, string> identity)
    {
        var states = new TrainingStateStore<PretrainingState>(request.StateFolder, identity, device, _threads, request.Resume);
        if (request.Resume || !states.HasState)
            return states;
        states.Dispose();
        throw new InvalidOperationException(
            $"{request.StateFolder} has the state of an unfinished run. Go on from it (--resume), or delete that folder.");
    }

    private PretrainingState Train(
        LanguageModelObjective objective, LanguageModelTask task, int steps, TrainingStateStore<PretrainingState> states)
    {
        bool isBFloat16 = _options.Precision == TuningPrecision.BFloat16;
        using var weights = TrainedWeights.CreateForAll(objective.Model, isBFloat16);
        using FlatAdamW optimizer =
            weights.NewOptimizer(_options.LearningRate, _options.LearningRate, _options.WeightDecay, _options.Beta2);
        states.Restore(weights, optimizer);
        PretrainingState state = states.Saved ?? new();
        state.LearningRate = _options.LearningRate;
        if (state.Step > 0)
            Log($"Going on after step {NumberText.Count(state.Step)}, from the state in {request.StateFolder}.");
        var rates = new LearningRates(_options.Schedule, _options.Warmup, steps);
        var settings = new TrainingSettings
        {
            Seed = _options.Seed,
            TotalSteps = steps,
            Rates = rates,
            HeadRates = rates,
            GradientClip = _options.GradientClip,
            Remedy = "Lower learningRate, or raise warmup.",
        };
        objective.Model.train();
        new PretrainingCallbacks(request, task, state, steps, () => states.Save(state, weights, optimizer))
            .Run(new(task, settings, weights, optimizer, state));
        if (isBFloat16)
        {
            objective.Model.to(float32);
            weights.CopyTo(objective.Model);
        }

        return state;
    }

    /// <summary>Writes the model, and measures it as it was written.</summary>
    private PretrainingReport Write(
        string folder, PretrainingModels models, LanguageModelObjective objective, TokenizerFiles files, HeldOutText? heldOut,
        PretrainingReport report)
    {
        models.Save(objective, folder);
        files.WriteTo(folder);
        if (heldOut is not null)
        {
            using Checkpoint stored = Checkpoint.Open(folder);
            using LanguageModelObjective asStored = models.Load(stored);
            HeldOutResult result = heldOut.Measure(asStored, report.Steps, CancellationToken.None);
            report = report with { Measured = [.. report.Measured, result], HeldOutGuesses = heldOut.GuessCount };
        }

        WriteText(ReportFile, PretrainingJson.ToJson(report));
        WriteText(CardFile, ModelCard.Write(report, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Output)))));
        return report;

        void WriteText(string name, string text) =>
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    private TokenWindows Tokenize(TextCorpus text, HuggingFaceTokenizer tokenizer, LanguageModelObjective objective)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = request.CancellationToken };
        int? end = _options is { Objective: PretrainingObjective.NextToken, EndOfText: true } ? CorpusTokens.EndOf(tokenizer) : null;
        int[] tokens = CorpusTokens.Of(text.Lines, tokenizer, objective.LineEnd, end, parallel);
        return tokens.Length >= FewestTokens ? new(tokens, objective.WindowTokens) : throw new FormatException(
            $"{text.Name} has {tokens.Length} tokens to use; {FewestTokens} are needed. Give more text.");
    }

    private const int FewestTokens = 8;

    private void Log(string line) => request.Log?.Invoke(line);
}
