using System.Diagnostics;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Inference;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Spectra;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Tokenization;
using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Resume;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>One run: reads the base model, selects, makes everything ready, trains, checks what may not have changed, reports.</summary>
internal sealed class TuningRun : IDisposable
{
    private readonly TextClassificationRequest _task;
    private readonly TuningOptions _options;
    private readonly Device _device;
    private readonly int _threads;
    private readonly TuningProgressReporter _watch;
    private readonly Checkpoint _checkpoint;
    private readonly EncoderConfig _config;
    private readonly TokenizerFiles _files;
    private readonly HuggingFaceTokenizer _tokenizer;
    private readonly int _maxTokens;
    private readonly bool _isBFloat16;
    private readonly RetentionProbe? _retention;
    private readonly IReadOnlyList<string> _warnings;

    public TuningRun(TextClassificationRequest task, Device device)
    {
        _options = task.Options;
        _task = task.Validation is not null || _options.ValidationFraction == 0 ? task : Split(task);
        _device = device;
        _threads = ThreadSetting.CountOf(_options.Threads);
        _watch = new(task);
        _isBFloat16 = _options.Precision == TuningPrecision.BFloat16
            || (_options.Precision == TuningPrecision.Auto && device.type == DeviceType.CUDA);
        _checkpoint = Checkpoint.Open(_options.BaseModel, _options.ZeroPaddingRow);
        try
        {
            _config = ModelLoader.ConfigOf(_checkpoint);
            _files = TokenizerFiles.Read(_checkpoint.Folder, _checkpoint.Config);
            _tokenizer = HuggingFaceTokenizer.Create(_files, _config.VocabularySize);
            _maxTokens = CheckedLength();
            _warnings = UnknownFields.OfModel(_checkpoint.Folder);
            _retention = _options.RetentionText is { } text
                ? RetentionProbe.Create(_checkpoint, _config, _tokenizer, text, task: _task.Validation ?? _task.Train)
                : null;
        }
        catch
        {
            _checkpoint.Dispose();
            throw;
        }
    }

    public TunedClassifier Run()
    {
        _watch.Log($"Tuning {_options.BaseModel} on {_device} with {_threads} threads, in {(_isBFloat16 ? "bfloat16" : "float32")}.");
        foreach (string warning in _warnings)
            _task.Warn?.Invoke(warning);
        SequenceClassifier model = ModelLoader.LoadClassifier(
            _checkpoint, _task.Classes.Count, RandomSeeds.ForHead(_options.Seed), resetHead: true, _config, float32, _device,
            resetPooler: true);
        try
        {
            return Run(model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    public void Dispose() => _checkpoint.Dispose();

    private TunedClassifier Run(SequenceClassifier model)
    {
        string fingerprint = ModelFingerprint.Compute(_checkpoint);
        using TrainingStates? states = TrainingStates.Open(_options, RunIdentity.Of(_task, fingerprint, _config, _files, _isBFloat16));
        (TuningPlan plan, TimeSpan scanTime) = states?.Plan ?? (_task.Plan is { } given ? (given, TimeSpan.Zero) : Plan(model));
        IReadOnlyList<string> selected = TuningSelection.NamesOf(plan, model);
        string[] mayChange = [.. selected, .. model.NewParameters];

        var clock = Stopwatch.StartNew();
        TokenizedRows train = Tokenize(_task.Train, 0);
        TokenizedRows? validation = _task.Validation is { } rows ? Tokenize(rows, train.Count) : null;
        TimeSpan tokenizing = clock.Elapsed;

        LoraAdapters? adapters = _options.Method.IsLora
            ? LoraAdapters.Attach(
                model, TuningSelection.WeightsAmong(selected, model), _options.Method, RandomSeeds.ForAdapters(_options.Seed))
            : null;
        try
        {
            using var weights = TrainedWeights.Of(model, selected, adapters, _isBFloat16);
            using TuningState state = states?.Restore(weights) ?? new();
            TuningReport report = Report(fingerprint, scanTime, plan, model, weights, train, tokenizing);
            Announce(report, state, states);
            var frozen = new FrozenTensors(model, mayChange, _threads);
            frozen.Remember();
            Train(model, weights, state, train, validation, states, report);
            frozen.Check();
            Finish(model, weights, adapters);
            report = report with
            {
                Epochs = state.Epochs,
                Losses = state.Losses,
                BestEpoch = state.BestEpoch,
                Stop = state.Stop!.Value,
                TrainingTime = state.Time,
                Retention = Retention(model),
                PeakMemoryBytes = PeakMemory(),
            };
            return new(new TextClassifier(model, _tokenizer, _files, _maxTokens, _device), report, mayChange, adapters);
        }
        catch
        {
            adapters?.Dispose();
            throw;
        }
    }

    private (TuningPlan Plan, TimeSpan ScanTime) Plan(SequenceClassifier model)
    {
        var scanOptions = new ScanOptions
        {
            Selection = _options.Selection,
            Threads = _options.Threads,
            Device = _device.ToString(),
            CacheDirectory = _options.ScanCacheDirectory,
            Progress = _watch.Scanned,
        };
        ScanReport scan = CheckpointScanner.Scan(_checkpoint, scanOptions, _options.CancellationToken);
        return (TuningSelection.Plan(scan, model, scanOptions.Selection), scan.Elapsed);
    }

    private TokenizedRows Tokenize(IReadOnlyList<TextExample> rows, int before)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = _options.CancellationToken };
        int all = _task.Train.Count + (_task.Validation?.Count ?? 0);
        return TokenizedRows.Of(rows, _tokenizer, _maxTokens, parallel, done => _watch.Tokenized(before + done, all));
    }

    private void Train(
        SequenceClassifier model, TrainedWeights weights, TuningState state, TokenizedRows train, TokenizedRows? validation,
        TrainingStates? states, TuningReport report)
    {
        var clock = Stopwatch.StartNew();
        var staged = new PartlyFrozenModel(model, weights.All.Select(weight => weight.Name));
        // One epoch has no use for what the next would read.
        long budget = _options.MaxEpochs == 1 ? 0 : _task.CacheBytes ?? FrozenActivationCache.DefaultBudget;
        using FrozenActivationCache trainLower = Keep(train, state.CachedTrainingRows, budget);
        using FrozenActivationCache validationLower = Keep(
            validation ?? train, validation is null ? 0 : state.CachedValidationRows, budget - trainLower.Bytes);
        (state.CachedTrainingRows, state.CachedValidationRows) = (trainLower.Count, validationLower.Count);
        state.Time += clock.Elapsed;
        if (trainLower.Count > 0)
        {
            _watch.Log(
                $"The output of the {staged.FirstTrained - 1} layers below the first that trains is kept for {trainLower.Count} of {train.Count} rows, in {trainLower.Bytes / 1e6:0.0} MB.");
        }

        using var loss = ClassificationLoss.Of(_task, _device);
        // β₂ = 0.999 remembers about 1000 steps; shorter fine-tuning is covered by Adam's correction for its start.
        using FlatAdamW optimizer =
            weights.NewOptimizer(_options.LearningRate, _options.HeadLearningRate, _options.WeightDecay, beta2: 0.999);
        states?.Restore(weights, optimizer);
        _watch.BeginTraining(state);
        new TrainingLoop(
            new TrainingSetup
            {
                Task = _task,
                Device = _device,
                Train = train,
                Validation = validation,
                PadId = _tokenizer.PadId,
                Model = staged,
                Weights = weights,
                Loss = loss,
                TrainLower = trainLower,
                ValidationLower = validationLower,
                Watch = _watch,
                Save = () => states?.Save(report.Plan, report.ScanTime, state, weights, optimizer, _device, _threads),
            },
            state, optimizer).Run();

        FrozenActivationCache Keep(TokenizedRows rows, int? most, long bytes) =>
            FrozenActivationCache.Of(staged, rows, most, bytes, _tokenizer.PadId, _device, _options.CancellationToken);
    }

    /// <summary>Makes a model to score with: float32, the adapters' products in the weights, nothing to train.</summary>
    private void Finish(SequenceClassifier model, TrainedWeights weights, LoraAdapters? adapters)
    {
        if (_isBFloat16)
            BFloat16.Undo(model, adapters, _checkpoint, weights);
        adapters?.Merge();
        foreach (Parameter parameter in model.parameters())
            parameter.requires_grad = false;
        model.eval();
    }

    /// <summary>What the finished model kept. A result whose training was cancelled isn't kept waiting for that.</summary>
    private RetentionReport? Retention(SequenceClassifier model)
    {
        if (_retention is null || _options.CancellationToken.IsCancellationRequested)
            return null;
        _watch.Log($"Measuring what the model kept, on {_options.RetentionText}.");
        try
        {
            RetentionReport report = _retention.Measure(_checkpoint, model.Encoder, _options.CancellationToken, _watch.Measured);
            if (report.Accuracy is { } accuracy)
            {
                string what = report.Objective is RetentionObjective.SentencePairs
                    ? FormattableString.Invariant($"Of {2 * report.Windows} sentences the base model finds the neighbour of")
                    : FormattableString.Invariant($"Of {report.MaskedTokens} masked tokens the base model guesses right");
                _watch.Log($"{what} {100 * accuracy.Before.Value:0.0} %, the tuned one {100 * accuracy.After.Value:0.0} %.");
            }

            return report;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private void Announce(TuningReport report, TuningState state, TrainingStates? states)
    {
        if (state.Step > 0)
        {
            _watch.Log(
                $"Going on in epoch {state.Epoch}, after step {state.Step}, from the training state in {_options.CheckpointDirectory}.");
        }

        foreach (string difference in states?.Differences(_device, _threads) ?? [])
            _watch.Log($"{difference}");
        TuningPlan plan = report.Plan;
        int ranked = plan.Matrices.Count(m => m.Selected && m.Rule == SelectionRule.Rank), others = plan.SelectedCount - ranked;
        string and = others == 0 ? "" : FormattableString.Invariant($", and {others} biases and norms");
        _watch.Log($"{ranked} of {plan.CandidateCount} candidates are selected ({plan.Selection}){and}.");
        double share = 100.0 * report.TrainableParameters / report.TotalParameters;
        _watch.Log(
            $"{report.TrainableParameters} of {report.TotalParameters} parameters train, {share:0.##} %, the new head's included; method: {report.Method}.");
        if (_options.HeadEpochs > 0)
            _watch.Log($"Epochs in which the new head trains alone: {_options.HeadEpochs} of {_options.MaxEpochs}.");
        if (report.TruncatedRows > 0)
            _watch.Log($"{report.TruncatedRows} of {report.TrainingRows} training rows have more than {_maxTokens} tokens and are cut.");
    }

    private TuningReport Report(
        string fingerprint, TimeSpan scanTime, TuningPlan plan, SequenceClassifier model, TrainedWeights weights, TokenizedRows train,
        TimeSpan tokenizing) => new()
    {
        BaseModel = _options.BaseModel,
        BaseFingerprint = fingerprint,
        Plan = plan,
        Method = _options.Method,
        Classes = _task.Classes,
        TrainingRows = train.Count,
        ValidationRows = _task.Validation?.Count ?? 0,
        SkippedRows = _task.SkippedRows,
        TruncatedRows = train.Truncated,
        TrainableParameters = weights.Count,
        TotalParameters = model.parameters().Sum(parameter => parameter.NumberOfElements),
        Epochs = [],
        Losses = [],
        BestEpoch = 0,
        Stop = TuningStop.Completed,
        Device = _device.ToString(),
        Threads = _threads,
        ScanTime = scanTime,
        TokenizingTime = tokenizing,
        TrainingTime = TimeSpan.Zero,
        PeakMemoryBytes = 0,
        Warnings = _warnings,
    };

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private int CheckedLength()
    {
        int? wanted = _options.MaxSequenceLength;
        if (wanted is null)
            return Math.Min(_config.MaxTokens, _tokenizer.MaxLength);
        return wanted <= _config.MaxTokens ? wanted.Value : throw new ArgumentException(
            $"MaxSequenceLength is {wanted}; allowed is at most {_config.MaxTokens}, the positions of the base model.",
            nameof(TuningOptions.MaxSequenceLength));
    }

    private static TextClassificationRequest Split(TextClassificationRequest task)
    {
        (TextExample[] train, TextExample[] validation) =
            StratifiedSplit.Of(task.Train, task.Options.ValidationFraction, RandomSeeds.ForValidation(task.Options.Seed));
        return task with { Train = train, Validation = validation };
    }
}
