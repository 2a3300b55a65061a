using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>What was measured.</summary>
/// <param name="Used">The share of the budget that it uses.</param>
/// <param name="LowerUsed">The share that its lower bound uses.</param>
/// <param name="UpperUsed">The share that its upper bound uses.</param>
internal readonly record struct BudgetReading(BudgetMeasurement Measured, double Used, double LowerUsed, double UpperUsed);

/// <summary>Measures what a budget limits, on the half of the control text that decides.</summary>
internal sealed class BudgetMeter : IDisposable
{
    /// <summary>Of a run's tokens, a part as large is watched, but no fewer tokens: fewer sentences mislead the run more than they save.</summary>
    private const int TokensShare = 40, FewestTokens = 10_000;

    /// <summary>The one-sided 95 % quantile of a normal distribution.</summary>
    private const double Quantile = 1.645;

    private readonly RetentionBudget _budget;
    private readonly TextModel? _language;
    private readonly ControlMeter _whole, _watched;
    private readonly double _deviations;

    /// <summary>Measures the base, which the model is now.</summary>
    /// <param name="samples">Those of the control text.</param>
    /// <param name="reported">The other half, which is measured in the end.</param>
    /// <param name="trained">The names of what trains.</param>
    /// <param name="passTokens">Tokens that the run passes forward and, at twice the cost, back.</param>
    public BudgetMeter(
        RetentionBudget budget, TuningBase baseModel, ControlSamples samples, RetentionProbe reported, TextModel model,
        IReadOnlyCollection<string> trained, long passTokens)
    {
        _budget = budget;
        RetentionProbe whole = samples.Probe(RetentionPart.Deciding);
        int firstTrained = trained.Min(model.StageOf);
        _language = BaseWithHead(whole, baseModel, model, trained);
        _language?.eval();
        // A model guesses under its base's head where its own is the task's; a language model under its own.
        Func<Tensor, Tensor>? head = (model, _language) switch
        {
            (CausalLanguageModel decoder, _) => decoder.Head,
            ({ Stack: TextDecoder decoder }, CausalLanguageModel language) => language.HeadFor(decoder),
            (_, { } language) => language.Head,
            _ => null,
        };
        _whole = MeterOf(whole);
        RetentionProbe watched = samples.Probe(RetentionPart.Deciding.Within(Math.Max(passTokens / TokensShare, FewestTokens)));
        _watched = watched.Windows.Count == whole.Windows.Count ? _whole : MeterOf(watched);
        // The figure of the other half has an error, too.
        double others = (double)reported.Windows.Count / reported.WindowsPerSample;
        _deviations = Quantile * Math.Sqrt(1 + _whole.Samples / others);
        Objective = whole.Objective;

        ControlMeter MeterOf(RetentionProbe probe) =>
            new(probe, MeasuresOf(budget), model, head, firstTrained, _language is null ? null : _language.Head);
    }

    /// <summary>The base model, where a head is needed that the model in training doesn't have, or doesn't keep; null otherwise.</summary>
    private static TextModel? BaseWithHead(
        RetentionProbe probe, TuningBase baseModel, TextModel model, IReadOnlyCollection<string> trained)
    {
        Tensor words = model.Stack.WordEmbeddings;
        return (probe.Objective, baseModel.Config) switch
        {
            (RetentionObjective.MaskedTokens, EncoderConfig config) =>
                MaskedLanguageModel.Load(baseModel.Checkpoint, config, words.dtype, words.device),
            (RetentionObjective.NextToken, DecoderConfig config)
                when model is not CausalLanguageModel || trained.Any(name => ChangesHead(name, config)) =>
                CausalLanguageModel.Load(baseModel.Checkpoint, config, words.dtype, words.device),
            _ => null,
        };

        bool ChangesHead(string name, DecoderConfig config) =>
            model.StageOf(name) == model.Stack.StageCount || (config.TiesWordEmbeddings && model.Names.IsEmbedding(name));
    }

    public RetentionObjective? Objective { get; }

    /// <summary>The base's mean loss and that of guessing by chance, in nats; null where drift alone is limited.</summary>
    public (double Loss, double Chance)? BaseLoss => _whole.BaseLoss;

    /// <summary>Samples that decide: windows, or pairs of sentences.</summary>
    public int Samples => _whole.Samples;

    /// <summary>How many of them are watched within a run.</summary>
    public int WatchedSamples => _watched.Samples;

    /// <summary>Tokens of what is watched.</summary>
    public long WatchedTokens => _watched.Tokens;

    /// <summary>Measures what is watched, to steer a run; the bounds are a standard error below and above.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public BudgetReading Watch(CancellationToken cancellationToken) => Read(_watched, deviations: 1, cancellationToken);

    /// <summary>Measures the whole half; the upper bound decides about the result.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public BudgetReading Decide(CancellationToken cancellationToken) => Read(_whole, _deviations, cancellationToken);

    private BudgetReading Read(ControlMeter meter, double deviations, CancellationToken cancellationToken)
    {
        ControlReading reading = meter.Measure(cancellationToken);
        BudgetMeasurement measured = Measured(estimate => estimate.Value);
        return new(
            measured, _budget.Used(measured), _budget.Used(Measured(estimate => estimate.Above(-deviations))),
            _budget.Used(Measured(estimate => estimate.Above(deviations))));

        BudgetMeasurement Measured(Func<RatioEstimate, double> value) => new()
        {
            LossIncrease = reading.LossIncrease is { } loss ? value(loss) : null,
            Divergence = reading.Divergence is { } divergence ? value(divergence) : null,
            Drift = reading.Drift is { } drift ? value(drift) : null,
        };
    }

    public void Dispose()
    {
        _whole.Dispose();
        if (_watched != _whole)
            _watched.Dispose();
        _language?.Dispose();
    }

    private static ControlMeasures MeasuresOf(RetentionBudget budget) =>
        (budget.Keep is null ? ControlMeasures.None : ControlMeasures.Loss)
        | (budget.MaximumDivergence is null ? ControlMeasures.None : ControlMeasures.Divergence)
        | (budget.MaximumDrift is null ? ControlMeasures.None : ControlMeasures.Drift);
}
