using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// What tuning may cost of what the base model knew, as limits on a control text; one or more of them. The trainer finds the learning rate
/// and keeps to them. Immutable.
/// </summary>
/// <remarks>
/// Half of the control text decides, the other half is what the report's figure is measured on. In the end the limits are compared with an
/// upper bound of what was measured, so that the figure of the other half is within them in about 95 of 100 runs.
/// </remarks>
[TypeConverter(typeof(ObjectConverter))]
[WrittenAs("""{ "Keep": 0.98 }; leave it out for no budget""")]
public sealed record RetentionBudget
{
    /// <summary>
    /// How much of the base model's own objective stays: the loss on the control text may rise by 1 − Keep of the base's, so that 0.98
    /// allows 2 %; above 0, below 1. Null: no limit. Needs a base that has its head for words, or a sentence encoder. Default: null.
    /// </summary>
    [Description("How much of the base's own objective stays: 0.98 lets its loss on control text rise by 2 %")]
    [Range(0.0, 1.0, MinimumIsExclusive = true, MaximumIsExclusive = true)]
    public double? Keep { get; init; }

    /// <summary>
    /// The most that predictions on the control text may differ from the base's: the mean of KL(base, tuned), in nats a token that is
    /// guessed or, of sentence encoders, a sentence that finds its neighbour; above 0, finite. Null: no limit. Needs what
    /// <see cref="Keep"/> needs. Default: null.
    /// </summary>
    [Description("The largest KL(base, tuned) on control text, in nats a token or a sentence")]
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? MaximumDivergence { get; init; }

    /// <summary>
    /// The most that the last layer's states of the control text may move: the mean over tokens of 1 − cos(base, tuned); above 0, at most
    /// 2. Null: no limit. Any base has it. Default: null.
    /// </summary>
    [Description("The largest cosine distance of the last layer's states on control text")]
    [Range(0.0, 2.0, MinimumIsExclusive = true)]
    public double? MaximumDrift { get; init; }

    /// <summary>
    /// How often weights and optimizer may go back to the last point within the budget and go on at a lower rate; afterwards the selected
    /// tensors stay as they are there, and the new head trains on. 0 or more. Default: 3.
    /// </summary>
    [Description("How often a run may go back to the last point within its budget"), Range(0, int.MaxValue)]
    public int MaximumRollbacks { get; init; } = 3;

    /// <summary>Says it in words, such as <c>loss at most 2 % higher</c>.</summary>
    public override string ToString()
    {
        List<string> limits = [];
        if (Keep is { } keep)
            limits.Add(string.Create(CultureInfo.InvariantCulture, $"loss at most {100 * (1 - keep):G6} % higher"));
        if (MaximumDivergence is { } divergence)
            limits.Add(string.Create(CultureInfo.InvariantCulture, $"KL at most {divergence:G6} nats"));
        if (MaximumDrift is { } drift)
            limits.Add(string.Create(CultureInfo.InvariantCulture, $"drift at most {drift:G6}"));
        return limits.Count == 0 ? "no limit" : string.Join(", ", limits);
    }

    /// <summary>
    /// The share of the budget that was used: of several limits, of the one that is closest; 1 is all of it, +∞ where what was measured
    /// isn't a number.
    /// </summary>
    internal double Used(BudgetMeasurement measured)
    {
        double?[] shares = [measured.LossIncrease / (1 - Keep), measured.Divergence / MaximumDivergence, measured.Drift / MaximumDrift];
        return shares.Contains(double.NaN) ? double.PositiveInfinity : shares.Max() ?? 0;
    }
}
