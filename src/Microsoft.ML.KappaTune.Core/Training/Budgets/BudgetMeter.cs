using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Retention;

namespace Microsoft.ML.KappaTune.Training.Budgets;

/// <summary>What was measured, and the share of the budget that its upper bound uses.</summary>
internal readonly record struct BudgetReading(BudgetMeasurement Measured, double Used);

/// <summary>Measures what a budget limits, on the half of the control text that decides.</summary>
internal sealed class BudgetMeter : IDisposable
{
    /// <summary>Of a run's tokens, the part that decides at most: one measurement of it costs about as much as two of these steps.</summary>
    private const int TokensShare = 40;

    /// <summary>The one-sided 95 % quantile of a normal distribution.</summary>
    private const double Quantile = 1.645;

    private readonly RetentionBudget _budget;
    private readonly MaskedLanguageModel? _language;
    private readonly ControlMeter _meter;
    private readonly double _deviations;

    /// <summary>Measures the base, which the model is now.</summary>
    /// <param name="text">The control text.</param>
    /// <param name="reported">The other half, which is measured in the end.</param>
    /// <param name="firstTrained">The first stage of the encoder in which something trains.</param>
    /// <param name="passTokens">Tokens that the run passes forward and, at twice the cost, back.</param>
    public BudgetMeter(
        RetentionBudget budget, TuningBase baseModel, ControlSource text, RetentionProbe reported, EncoderModel model, int firstTrained,
        long passTokens)
    {
        _budget = budget;
        RetentionProbe probe = RetentionProbe.Create(
            baseModel.Checkpoint, baseModel.Config, baseModel.Tokenizer, text, part: RetentionPart.Deciding(passTokens / TokensShare));
        Tensor words = model.Encoder.WordEmbeddings;
        if (probe.Objective is RetentionObjective.MaskedTokens)
            _language = MaskedLanguageModel.Load(baseModel.Checkpoint, baseModel.Config, words.dtype, words.device);
        _language?.eval();
        _meter = new(probe, MeasuresOf(budget), model, _language is null ? null : _language.Head, firstTrained);
        // The figure of the other half has an error, too.
        double others = (double)reported.Windows.Count / reported.WindowsPerSample;
        _deviations = Quantile * Math.Sqrt(1 + _meter.Samples / others);
        Objective = probe.Objective;
    }

    public RetentionObjective? Objective { get; }

    /// <summary>Samples that decide: windows, or pairs of sentences.</summary>
    public int Samples => _meter.Samples;

    /// <summary>Tokens of them.</summary>
    public long Tokens => _meter.Tokens;

    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public BudgetReading Measure(CancellationToken cancellationToken)
    {
        ControlReading reading = _meter.Measure(cancellationToken);
        return new(Measured(estimate => estimate.Value), _budget.Used(Measured(estimate => estimate.Above(_deviations))));

        BudgetMeasurement Measured(Func<RatioEstimate, double> value) => new()
        {
            LossIncrease = reading.LossIncrease is { } loss ? value(loss) : null,
            Divergence = reading.Divergence is { } divergence ? value(divergence) : null,
            Drift = reading.Drift is { } drift ? value(drift) : null,
        };
    }

    public void Dispose()
    {
        _meter.Dispose();
        _language?.Dispose();
    }

    private static ControlMeasures MeasuresOf(RetentionBudget budget) =>
        (budget.Keep is null ? ControlMeasures.None : ControlMeasures.Loss)
        | (budget.MaximumDivergence is null ? ControlMeasures.None : ControlMeasures.Divergence)
        | (budget.MaximumDrift is null ? ControlMeasures.None : ControlMeasures.Drift);
}
