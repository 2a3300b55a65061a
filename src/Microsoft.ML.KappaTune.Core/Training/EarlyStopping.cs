using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.ML.KappaTune.Options;

namespace Microsoft.ML.KappaTune;

/// <summary>Ends training when the validation rows say that it gets no better, and keeps the best weights.</summary>
/// <param name="Metric">What is watched. Default: the loss.</param>
/// <param name="Patience">Epochs without a better value after which training ends, 1 or more. Default: 2.</param>
[TypeConverter(typeof(ObjectConverter))]
[WrittenAs("""{ "Metric": "Loss", "Patience": 2 }; leave it out to train all epochs""")]
public sealed record EarlyStopping(
    ValidationMetric Metric = ValidationMetric.Loss,
    [property: Description("With --early-stopping: epochs without a better value"), Range(1, int.MaxValue)]
    int Patience = 2)
{
    /// <summary>Says it in words, such as <c>Loss with patience 2</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Metric} with patience {Patience}");
}
