using System.Diagnostics;
using Microsoft.ML.KappaTune.Adapters.Lora;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Budgets;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Optimization;
using Microsoft.ML.KappaTune.Training.Progress;
using Microsoft.ML.KappaTune.Training.Resume;
using TorchSharp.Modules;
using DeviceType = TorchSharp.DeviceType;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>
/// One run of any task: reads the base model, selects, makes everything ready, trains, checks what may not have changed, reports.
/// </summary>
internal sealed class TuningRun<TModel, TRows> : IDisposable
    where TModel : TextModel
    where TRows : class, ITaskRows
{
    private readonly ITuningTask<TModel, TRows> _task;
    private readonly TuningRequest _request;
    private readonly TuningOptions _options;
    private readonly Device _device;
    private readonly int _threads;
    private readonly TuningProgressReporter _progress;
    private readonly TuningBase _base;
    private readonly bool _isBFloat16;
    private readonly TuningRetention _retention;
    private readonly List<string> _warnings = [];

    public TuningRun(ITuningTask<TModel, TRows> task, Device device)
    {
        (_task, _request, _options) = (task, task.Request, task.Request.Options);
        _device = device;
        _threads = ThreadSetting.CountOf(_options.Threads);
        _progress = new(_options, _request.Log, task.CountsTokens);
        _isBFloat16 = _options.Precision == TuningPrecision.BFloat16
            || (_options.Precision == TuningPrecision.Auto && device.type == DeviceType.CUDA);
        _base = task.OpenBase();
        try
        {
            _retention = new(
                _options, _request.Control, _base, task.TrainingTexts, task.ValidationTexts, _progress, _request.Warn);
        }
        catch
        {
            _base.Dispose();
            throw;
        }
    }

    public TuningOutcome<TModel> Run()
    {
        _progress.Log($"Tuning {_options.BaseModel} on {_device} with {_threads} threads, in {(_isBFloat16 ? "bfloat16" : "float32")}.");
        foreach (string warning in _base.Warnings)
            _request.Warn?.Invoke(warning);
        TModel model = _task.Load(_base, _device);
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

    public void Dispose() => _base.Dispose();

    private TuningOutcome<TModel> Run(TModel model)
    {
        string fingerprint = ModelFingerprint.Compute(_base.Checkpoint);
        using TrainingStateStore<TuningState>? states = OpenStates(fingerprint);
        using TuningState state = states?.Saved ?? new() { LearningRate = _options.LearningRate ?? TuningOptions.DefaultLearningRate };
        TuningPlan plan = state.Plan ??= _request.Plan ?? Plan(model, state);
        IReadOnlyList<TensorSlice> selected = TuningSelection.SlicesOf(plan, model);
        TensorSlice[] mayChange = [.. selected, .. model.NewParameters.Select(name => new TensorSlice(name))];
        KeepPacked(model, selected);
        // Of a run that goes on, too, the weights are still the base's.
        _retention.AskBase(_request.RetentionPrompts, model);

        if (_options.Method.IsLora && plan.SelectsParts)
        {
            throw new ArgumentException(
                OptionInfo.Problem(nameof(KappaSelection.Fused), FusedMatrices.ByParts, TuningOptionsCheck.WholeWithLora),
                nameof(KappaSelection.Fused));
        }

        // Before anything else is done with the rows: what has no place for an adapter is an error.
        LoraAdapters? adapters = _options.Method.IsLora
            ? LoraAdapters.Attach(
                model, TuningSelection.WeightsAmong(selected, model).Select(slice => slice.ToString()), _options.Method,
                RandomSeeds.ForAdapters(_options.Seed))
            : null;
        try
        {
            var clock = Stopwatch.StartNew();
            TRows train = _task.TokenizeTraining(Tokenizing(0));
            TRows? validation = _task.TokenizeValidation(Tokenizing(_task.TrainingTexts.Count));
            TimeSpan tokenizing = clock.Elapsed;
            using var weights =
                TrainedWeights.Create(model, mayChange, model.NewParameters, adapters, _isBFloat16, _task.RateOf);
            // β₂ = 0.999 remembers about 1000 steps; shorter fine-tuning is covered by Adam's correction for its start.
            using FlatAdamW optimizer =
                weights.NewOptimizer(state.LearningRate, _options.HeadLearningRate, _options.WeightDecay, beta2: 0.999);
            // The model is still the base, whatever a run that goes on restores.
            using BudgetKeeper? budget = KeeperOf(model, weights, optimizer, state, train);
            states?.Restore(weights, optimizer);
            TuningReport report = Report(fingerprint, plan, model, weights, train, validation, tokenizing, state);
            TuningLog.Begin(_progress, _options, report, state, states, _base.MaxTokens, weights.HasHead);
            var frozen = new FrozenTensors(model, mayChange, _threads);
            frozen.Remember();
            BudgetReport? decided = Train(
                model, weights, optimizer, state, train, validation, budget, () => states?.Save(state, weights, optimizer));
            frozen.Check();
            Finish(model, weights, adapters);
            RetentionReport? retention = _retention.Measure(model);
            BudgetReport? kept = decided?.With(retention);
            if (kept?.Warning is { } exceeded)
                Warn(exceeded);
            report = report with
            {
                Epochs = state.Epochs,
                Losses = state.Losses,
                BestEpoch = state.BestEpoch,
                Stop = state.Stop!.Value,
                TrainingTime = state.Time,
                Retention = retention,
                Answers = _retention.Ask(model),
                Budget = kept,
                Warnings = Warnings,
                PeakMemoryBytes = PeakMemory(),
            };
            string[] changed = [.. mayChange.Select(slice => slice.Name).Distinct()];
            return new(model, _base.Tokenizer, _base.Files, _base.MaxTokens, _device, report, changed, adapters);
        }
        catch
        {
            adapters?.Dispose();
            throw;
        }
    }

    /// <summary>Keeps the packed weights, but for what trains itself and not by an adapter beside it.</summary>
    private void KeepPacked(TModel model, IEnumerable<TensorSlice> selected)
    {
        if (!_options.Method.IsLora)
        {
            foreach (TensorSlice slice in selected)
                model.Unpack(slice.Name);
        }

        LinearLayer[] packed = [.. model.LinearLayers.Values.Where(layer => layer.Packed is not null)];
        if (packed.Length == 0)
            return;
        double now = packed.Sum(layer => layer.Packed!.ByteLength);
        double all = sizeof(float) * packed.Sum(layer => layer.Weight.NumberOfElements);
        _progress.Log($"{packed.Length} weights stay quantised while it trains, in {now / 1e6:0.0} MB instead of {all / 1e6:0.0}.");
    }

    private TrainingStateStore<TuningState>? OpenStates(string fingerprint) => _options.CheckpointDirectory is { } folder
        ? new(
            folder, _task.Identity(_base, fingerprint, _isBFloat16), _device, _threads, _options.Resume, _task.IdentityLabels())
        : null;

    private TuningPlan Plan(TModel model, TuningState state)
    {
        // What fits into memory may be any number of candidates, so that all of them are ranked.
        KappaSelection selection = _options.MaximumOptimizerMemory is null ? _options.Selection
            : OptimizerMemory.Take(_options.Selection, int.MaxValue);
        var scanOptions = new ScanOptions
        {
            Selection = selection,
            Threads = _options.Threads,
            Device = _device.ToString(),
            CacheDirectory = _options.ScanCacheDirectory,
            Progress = scan => _progress.Report(TuningPhase.Scanning, scan.Tensors, scan.TotalTensors),
        };
        ScanReport scan = CheckpointScanner.Scan(_base.Checkpoint, scanOptions, _options.CancellationToken);
        state.ScanTime = scan.Elapsed;
        return _options.MaximumOptimizerMemory is { } memory
            ? OptimizerMemory.Plan(Planned, selection, memory, model.NewParameters.Sum(CountOf), _options.Method)
            : Planned(selection);

        TuningPlan Planned(KappaSelection taken) => TuningSelection.Plan(scan, model, taken);

        long CountOf(string parameter) => model.get_parameter(parameter)!.NumberOfElements;
    }

    /// <param name="before">Rows that are tokenized already.</param>
    private RowTokenizing Tokenizing(int before)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = _options.CancellationToken };
        int all = _task.TrainingTexts.Count + (_task.ValidationTexts?.Count ?? 0);
        return new(
            _base.Config, _base.Tokenizer, _base.MaxTokens, parallel,
            done => _progress.Report(TuningPhase.Tokenizing, before + done, all), warning => Warn(warning));
    }

    private string[] Warnings => [.. _base.Warnings, .. _retention.Warnings, .. _warnings];

    private void Warn(string warning)
    {
        _warnings.Add(warning);
        _request.Warn?.Invoke(warning);
    }

    /// <summary>What keeps the run to its budget; null without one.</summary>
    private BudgetKeeper? KeeperOf(
        TModel model, TrainedWeights weights, FlatAdamW optimizer, TuningState state, TRows train)
    {
        if (_options.Budget is not { } budget)
            return null;
        state.Budget ??= new();
        int stepsPerEpoch = RowSteps.PerEpoch(_options, train.Count), all = stepsPerEpoch * _options.MaxEpochs;
        int steps = all - TuningEpochs<RowBatch>.HeadSteps(_options, stepsPerEpoch, weights.HasHead);
        long tokens = train.Lengths.Sum(length => (long)length) * steps / stepsPerEpoch;
        string[] trained = [.. weights.All.Select(weight => weight.Slice.Name)];
        return new(
            _options, _retention.NewMeter(budget, model, trained, tokens), weights, optimizer, state, _progress, _request.Clock, tokens,
            steps);
    }

    private BudgetReport? Train(
        TModel model, TrainedWeights weights, FlatAdamW optimizer, TuningState state, TRows train, TRows? validation,
        BudgetKeeper? budget, Action save)
    {
        long began = _request.Clock.GetTimestamp();
        var partlyFrozen = new PartlyFrozenModel(model, weights.All.Select(weight => weight.Slice.Name));
        using IDisposable? prepared =
            _task.Prepare(model, _device, (done, all) => _progress.Report(TuningPhase.Encoding, done, all));
        using RowTask<TModel, TRows> task =
            RowTask<TModel, TRows>.Create(_task, partlyFrozen, train, validation, state, _device, _progress);
        state.Time += _request.Clock.GetElapsedTime(began);
        FrozenActivationCache cache = task.TrainingCache;
        if (cache.Count > 0)
        {
            int layers = partlyFrozen.FirstTrained - 1, kept = cache.Count, rows = train.Count;
            double megabytes = cache.Bytes / 1e6;
            _progress.Log(
                $"The output of the {layers} layers below the first that trains is kept for {kept} of {rows} rows, in {megabytes:0.0} MB.");
        }

        _progress.BeginTraining(state);
        var loop = new TrainingLoop<RowBatch, ValidationResult>(
            task, TuningEpochs<RowBatch>.Settings(_options, task.StepsPerEpoch, state, weights.HasHead), weights, optimizer, state);
        TimeLimit? limit = _options.MaximumTime is not { } time ? null
            : new(time, (double)(validation?.TextCount ?? 0) / train.TextCount, _progress);
        new TuningEpochs<RowBatch>(_options, task, weights, state, _progress, limit, _request.Clock, budget, save, EpochEnded).Run(loop);
        return budget?.Decide(
            _retention.TextName!, validation is null ? null : () => task.Measure(state.Step, CancellationToken.None)!);

        void EpochEnded(int epoch, ValidationResult? measured) => _task.EpochEnded(
            epoch, model, () => task.MeasureTrainingRows(_options.CancellationToken),
            () => measured ?? task.Measure(state.Step, _options.CancellationToken));
    }

    /// <summary>Makes a model to score with: float32, the adapters' products in the weights, nothing to train.</summary>
    private void Finish(TModel model, TrainedWeights weights, LoraAdapters? adapters)
    {
        if (_isBFloat16)
        {
            BFloat16.Undo(model, adapters, _base.Checkpoint, weights);
            _task.RestoreFrozen(model, _base);
        }

        model.Unpack();
        adapters?.Merge();
        foreach (Parameter parameter in model.parameters())
            parameter.requires_grad = false;
        model.eval();
    }

    private TuningReport Report(
        string fingerprint, TuningPlan plan, TModel model, TrainedWeights weights, TRows train, TRows? validation,
        TimeSpan tokenizing, TuningState state) => new()
        {
            BaseModel = _options.BaseModel,
            BaseFingerprint = fingerprint,
            Plan = plan,
            Method = _options.Method,
            Classes = _task.Classes,
            TrainingRows = train.TextCount,
            ValidationRows = validation?.TextCount ?? 0,
            CountedTokens = train.CountedTokens,
            SkippedRows = _request.SkippedRows + train.Dropped + (validation?.Dropped ?? 0),
            TruncatedRows = train.Truncated,
            TrainableParameters = weights.Count,
            TotalParameters = model.parameters().Sum(parameter => parameter.NumberOfElements),
            Epochs = [],
            Losses = [],
            BestEpoch = 0,
            Stop = TuningStop.Completed,
            Device = _device.ToString(),
            Threads = _threads,
            ScanTime = state.ScanTime,
            TokenizingTime = tokenizing,
            TrainingTime = TimeSpan.Zero,
            PeakMemoryBytes = 0,
            Warnings = Warnings,
        };

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
