using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training.Frozen;
using Microsoft.ML.KappaTune.Training.Progress;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>Rows of one forward pass.</summary>
/// <param name="Rows">Their numbers.</param>
/// <param name="CountedInStep">What the loss counts of the whole step that they are a part of: rows, or tokens.</param>
internal readonly record struct RowBatch(int[] Rows, int CountedInStep);

/// <summary>Learns a task from rows, those of like length together, running the layers that train and no others where it can.</summary>
internal sealed class RowTask<TModel, TRows> : ITrainingTask<RowBatch, ValidationResult>, IDisposable
    where TModel : TextModel
    where TRows : class, ITaskRows
{
    private readonly ITuningTask<TModel, TRows> _task;
    private readonly TuningOptions _options;
    private readonly PartlyFrozenModel _model;
    private readonly IRowLoss<TRows> _loss;
    private readonly RowData<TRows> _train;
    private readonly RowData<TRows>? _validation;
    private readonly TuningProgressReporter? _progress;
    private readonly int _rowsPerStep;
    private int[][] _order = [];
    private int _epoch;

    private RowTask(
        ITuningTask<TModel, TRows> task, PartlyFrozenModel model, RowData<TRows> train, RowData<TRows>? validation, Device device,
        TuningProgressReporter? progress)
    {
        (_task, _options, _model) = (task, task.Request.Options, model);
        _loss = task.NewLoss((TModel)model.Model, device);
        (_train, _validation, _progress) = (train, validation, progress);
        _rowsPerStep = RowSteps.RowsPerStep(_options, train.Rows.Count);
        StepsPerEpoch = RowSteps.PerEpoch(_options, train.Rows.Count);
    }

    /// <summary>Finds and keeps the frozen layers' output for as many rows as memory allows, or as the state says.</summary>
    /// <param name="validation">Rows to validate on; null for none.</param>
    /// <param name="state">Takes the numbers of rows that are kept; a run that goes on keeps those that it says.</param>
    /// <param name="progress">Hears of what takes long in measuring; null for nobody.</param>
    public static RowTask<TModel, TRows> Create(
        ITuningTask<TModel, TRows> task, PartlyFrozenModel model, TRows train, TRows? validation, TuningState state, Device device,
        TuningProgressReporter? progress = null)
    {
        TuningOptions options = task.Request.Options;
        // A single epoch reads each row once, so that keeping gains nothing.
        long budget = options.MaxEpochs == 1 ? 0 : task.Request.CacheBytes ?? FrozenActivationCache.DefaultBudget;
        FrozenActivationCache kept = Keep(train, state.CachedTrainingRows, budget);
        try
        {
            RowData<TRows>? held = validation is null ? null
                : new(validation, Keep(validation, state.CachedValidationRows, budget - kept.Bytes), device);
            (state.CachedTrainingRows, state.CachedValidationRows) = (kept.Count, held?.Frozen.Count ?? 0);
            return new(task, model, new(train, kept, device), held, device, progress);
        }
        catch
        {
            kept.Dispose();
            throw;
        }

        FrozenActivationCache Keep(TRows rows, int? most, long bytes) => FrozenActivationCache.Create(
            model, rows.Lengths, batch => rows.Batch(batch, device), most, bytes, device, options.CancellationToken);
    }

    /// <summary>What is kept for the training rows.</summary>
    public FrozenActivationCache TrainingCache => _train.Frozen;

    public int StepsPerEpoch { get; }

    public StepBatches<RowBatch> BatchesOf(int step)
    {
        int epoch = step / StepsPerEpoch + 1;
        if (epoch != _epoch)
            (_order, _epoch) = (BatchOrder.Steps(_train.Rows.Lengths, _rowsPerStep, _options.Seed, epoch), epoch);
        int[] rows = _order[step % StepsPerEpoch];
        int counted = rows.Sum(_train.Rows.CountedIn);
        return new(rows.Chunk(_options.BatchSize).Select(part => new RowBatch(part, counted)), counted);
    }

    public double Backward(RowBatch batch)
    {
        TokenBatch tokens = _train.Batch(batch.Rows);
        Tensor? frozen = _train.Frozen.OutputFor(tokens);
        using IDisposable? watch = _loss.Watch();
        Tensor states = _model.RunTrained(tokens, frozen, training: true);
        return _loss.Backward(_model.Model, states, _train.Rows, tokens, batch.CountedInStep);
    }

    public ValidationResult? Measure(int step, CancellationToken cancellationToken) =>
        _validation is null ? null : Measure(_validation, (step + StepsPerEpoch - 1) / StepsPerEpoch, cancellationToken);

    /// <summary>Measures the model on the training rows.</summary>
    public ValidationResult MeasureTrainingRows(CancellationToken cancellationToken) => Measure(_train, _epoch, cancellationToken);

    public void Dispose()
    {
        _loss.Dispose();
        _train.Dispose();
        _validation?.Dispose();
    }

    /// <summary>All rows, those of like length together.</summary>
    private ValidationResult Measure(RowData<TRows> data, int epoch, CancellationToken cancellationToken)
    {
        using var mode = no_grad();
        IRowMeter meter = _task.NewMeter(data.Rows);
        foreach (int[] rows in Enumerable.Range(0, data.Rows.Count).OrderBy(row => data.Rows.Lengths[row]).Chunk(_options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            TokenBatch tokens = data.Batch(rows);
            Tensor states = _model.RunTrained(tokens, data.Frozen.OutputFor(tokens), training: false);
            meter.Add(_model.Model, states, tokens);
        }

        meter.Finish(_model.Model, (done, all) => _progress?.Transcribed(epoch, done, all), cancellationToken);
        return meter.Result();
    }
}
