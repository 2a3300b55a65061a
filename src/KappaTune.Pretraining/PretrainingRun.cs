using System.Globalization;
using System.Text;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Resume;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>One run: reads the text, makes tokens, trains, measures, writes the model's folder.</summary>
internal sealed class PretrainingRun(PretrainingRequest task, Device device)
{
    private const string ReportFile = "pretraining.json", CardFile = "README.md";

    private readonly PretrainingOptions _options = task.Options;
    private readonly int _threads = ThreadSetting.CountOf(task.Threads);

    public PretrainingReport Run()
    {
        AtomicFolder.RequireFree(task.Output);
        TextCorpus corpus = TextCorpus.Read(task.Corpus);
        TextCorpus? held = task.HeldOut is { } path ? TextCorpus.Read(path) : null;
        if (held is null && _options.HeldOutShare > 0)
        {
            (corpus, held) = corpus.Split(_options.HeldOutShare);
            held = held.Lines.Count > 0 ? held : null;
        }

        TokenizerFiles files = TokenizerSource.Of(_options, corpus, task.Log, task.CancellationToken);
        HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.Create(files);
        using IPretrainingObjective objective = PretrainingObjectives.Create(tokenizer, files.Source, _options, device);
        TokenWindows windows = Tokenize(corpus, tokenizer, objective);
        var order = new WindowOrder(windows, _options);
        HeldOutText? heldOut = held is null ? null
            : new(Tokenize(held, tokenizer, objective), _options.HeldOutWindows, HeldOutBatch);
        long parameters = objective.Model.parameters().Sum(parameter => parameter.NumberOfElements);
        Log($"{corpus.Name}: {NumberText.Count(corpus.Lines.Count)} paragraphs, {NumberText.Count(windows.TokenCount)} tokens, {NumberText.Count(windows.Count)} windows of {windows.Length}.");
        Log($"The model has {NumberText.Count(parameters)} parameters; {NumberText.Count(order.TotalSteps)} steps of {order.BatchSize} windows, {((double)order.TotalSteps / order.StepsAnEpoch).ToString("0.##", CultureInfo.InvariantCulture)} times the text, on {device} with {_threads} threads.");

        using var states = new PretrainingStates(
            task.StateFolder, PretrainingIdentity.Of(_options, corpus, held, files), task.Resume);
        PretrainingState state = Train(objective, order, heldOut, states);
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
            Losses = state.Losses,
            Time = state.Time,
            Device = device.ToString(),
            Threads = _threads,
        };
        AtomicFolder.Write(task.Output, folder => report = Write(folder, objective, files, tokenizer, heldOut, report));
        states.Remove();
        return report;
    }

    // Its own, so that measurements of runs with other batches are the same.
    private const int HeldOutBatch = 32;

    private PretrainingState Train(
        IPretrainingObjective objective, WindowOrder order, HeldOutText? heldOut, PretrainingStates states)
    {
        bool isBFloat16 = _options.Precision == TuningPrecision.BFloat16;
        using var weights = TrainedWeights.OfAll(objective.Model, isBFloat16);
        using FlatAdamW optimizer =
            weights.NewOptimizer(_options.LearningRate, _options.LearningRate, _options.WeightDecay, _options.Beta2);
        PretrainingState state = states.Restore(weights, optimizer);
        if (state.Step > 0)
            Log($"Going on after step {NumberText.Count(state.Step)}, from the state in {task.StateFolder}.");
        new PretrainingLoop(
            task, objective, order, heldOut, weights, optimizer, state, () => states.Save(state, weights, optimizer)).Run();
        if (isBFloat16)
        {
            objective.Model.to(float32);
            weights.CopyTo(objective.Model);
        }

        return state;
    }

    /// <summary>Writes the model, and measures it as it was written.</summary>
    private PretrainingReport Write(
        string folder, IPretrainingObjective objective, TokenizerFiles files, HuggingFaceTokenizer tokenizer, HeldOutText? heldOut,
        PretrainingReport report)
    {
        objective.Save(folder, _options.Storage);
        files.WriteTo(folder);
        if (heldOut is not null)
        {
            using Checkpoint stored = Checkpoint.Open(folder);
            using IPretrainingObjective asStored = PretrainingObjectives.Load(stored, tokenizer, _options, device);
            HeldOutResult result = heldOut.Measure(asStored, report.Steps, CancellationToken.None);
            report = report with { Measured = [.. report.Measured, result], HeldOutGuesses = heldOut.GuessCount };
        }

        WriteText(ReportFile, PretrainingJson.ToJson(report));
        WriteText(CardFile, ModelCard.Write(report, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(task.Output)))));
        return report;

        void WriteText(string name, string text) =>
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    private TokenWindows Tokenize(TextCorpus text, HuggingFaceTokenizer tokenizer, IPretrainingObjective objective)
    {
        int[][] lines = new int[text.Lines.Count][];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = task.CancellationToken };
        Parallel.For(0, lines.Length, parallel, i => lines[i] = tokenizer.EncodePrefix(text.Lines[i] + objective.LineEnd, int.MaxValue).Ids);
        int[] tokens = [.. lines.SelectMany(line => line)];
        return tokens.Length >= FewestTokens ? new(tokens, objective.Room) : throw new FormatException(
            $"{text.Name} has {tokens.Length} tokens to use; {FewestTokens} are needed. Give more text.");
    }

    private const int FewestTokens = 8;

    private void Log(string line) => task.Log?.Invoke(line);
}
