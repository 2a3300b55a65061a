using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Frozen;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Rows of one forward pass.</summary>
/// <param name="Rows">Their numbers.</param>
/// <param name="RowsOfStep">Rows of the whole step that they are a part of.</param>
internal readonly record struct RowBatch(int[] Rows, int RowsOfStep);

/// <summary>Learns to tell classes of texts: cross-entropy over rows of like length.</summary>
internal sealed class ClassificationTask : ITrainingTask<RowBatch, ValidationResult>, IDisposable
{
    private readonly TuningOptions _options;
    private readonly PartlyFrozenModel _model;
    private readonly ClassificationLoss _loss;
    private readonly ClassificationData _train;
    private readonly ClassificationData? _validation;
    private readonly int _classes, _rowsPerStep;
    private int[][] _order = [];
    private int _epoch;

    private ClassificationTask(
        TextClassificationRequest request, PartlyFrozenModel model, ClassificationData train, ClassificationData? validation, Device device)
    {
        _options = request.Options;
        _model = model;
        _loss = ClassificationLoss.Create(request, device);
        (_train, _validation) = (train, validation);
        _classes = request.Classes.Count;
        // The batches of a step have the rows, the order and the gradients of one large batch.
        _rowsPerStep = RowsPerStep(_options, train.Count);
        StepsPerEpoch = StepsOf(_options, train.Count);
    }

    /// <summary>Steps of an epoch over so many rows.</summary>
    public static int StepsOf(TuningOptions options, int rows)
    {
        int rowsPerStep = RowsPerStep(options, rows);
        return (rows + rowsPerStep - 1) / rowsPerStep;
    }

    private static int RowsPerStep(TuningOptions options, int rows) =>
        (int)Math.Min((long)options.BatchSize * options.GradientAccumulation, rows);

    /// <summary>Finds and keeps the frozen layers' output for as many rows as memory allows, or as the state says.</summary>
    /// <param name="request">The options, and how rows count in the loss.</param>
    /// <param name="validation">Rows to validate on; null for none.</param>
    /// <param name="state">Takes the numbers of rows that are kept; a run that goes on keeps those that it says.</param>
    public static ClassificationTask Create(
        TextClassificationRequest request, PartlyFrozenModel model, TokenizedRows train, TokenizedRows? validation, TuningState state,
        int padId, Device device)
    {
        // A single epoch reads each row once, so that keeping gains nothing.
        long budget = request.Options.MaxEpochs == 1 ? 0 : request.CacheBytes ?? FrozenActivationCache.DefaultBudget;
        FrozenActivationCache kept = Keep(train, state.CachedTrainingRows, budget);
        try
        {
            ClassificationData? held = validation is null ? null
                : new(validation, Keep(validation, state.CachedValidationRows, budget - kept.Bytes), padId, device);
            (state.CachedTrainingRows, state.CachedValidationRows) = (kept.Count, held?.Frozen.Count ?? 0);
            return new(request, model, new(train, kept, padId, device), held, device);
        }
        catch
        {
            kept.Dispose();
            throw;
        }

        FrozenActivationCache Keep(TokenizedRows rows, int? most, long bytes) =>
            FrozenActivationCache.Create(model, rows.Texts, most, bytes, padId, device, request.Options.CancellationToken);
    }

    /// <summary>What is kept for the training rows.</summary>
    public FrozenActivationCache TrainingCache => _train.Frozen;

    public int StepsPerEpoch { get; }

    public StepBatches<RowBatch> BatchesOf(int step)
    {
        int epoch = step / StepsPerEpoch + 1;
        if (epoch != _epoch)
            (_order, _epoch) = (BatchOrder.Steps(_train.Lengths, _rowsPerStep, _options.Seed, epoch), epoch);
        int[] rows = _order[step % StepsPerEpoch];
        return new(rows.Chunk(_options.BatchSize).Select(part => new RowBatch(part, rows.Length)), rows.Length);
    }

    public Tensor Loss(RowBatch batch)
    {
        TokenBatch tokens = _train.Tokens(batch.Rows);
        Tensor labels = _train.Labels(batch.Rows); // [B]
        Tensor logits = _model.RunTrained(tokens, _train.Frozen.OutputFor(tokens), training: true); // [B, classes]
        // Divided by the rows of the whole step, so that the gradients of its batches add up to the step's.
        return _loss.Sum(logits, labels).DividedBy(batch.RowsOfStep);
    }

    public ValidationResult? Measure(int step, CancellationToken cancellationToken) =>
        _validation is null ? null : Measure(_validation, cancellationToken);

    /// <summary>Measures the model on the training rows.</summary>
    public ValidationResult MeasureTrainingRows(CancellationToken cancellationToken) => Measure(_train, cancellationToken);

    public void Dispose()
    {
        _loss.Dispose();
        _train.Dispose();
        _validation?.Dispose();
    }

    /// <summary>All rows, those of like length together.</summary>
    private ValidationResult Measure(ClassificationData data, CancellationToken cancellationToken)
    {
        using var mode = no_grad();
        double loss = 0;
        int[] seen = new int[_classes], found = new int[_classes];
        foreach (int[] rows in Enumerable.Range(0, data.Count).OrderBy(row => data.Lengths[row]).Chunk(_options.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            TokenBatch tokens = data.Tokens(rows);
            Tensor logits = _model.RunTrained(tokens, data.Frozen.OutputFor(tokens), training: false);
            Tensor logs = logits.to(float32).log_softmax(-1); // [B, classes]
            loss -= logs.gather(1, data.Labels(rows).unsqueeze(1)).sum(float64).item<double>();
            long[] best = [.. logs.argmax(-1).cpu().data<long>()];
            for (int b = 0; b < rows.Length; b++)
            {
                int label = data.Label(rows[b]);
                seen[label]++;
                found[label] += best[b] == label ? 1 : 0;
            }
        }

        double macro = Enumerable.Range(0, _classes).Where(c => seen[c] > 0).Average(c => (double)found[c] / seen[c]);
        return new(loss / data.Count, (double)found.Sum() / data.Count, macro);
    }
}
