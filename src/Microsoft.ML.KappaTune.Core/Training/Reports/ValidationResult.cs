using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune;

/// <summary>What a model does on the whole validation set.</summary>
/// <param name="Loss">Mean cross-entropy in nats, every row the same and without label smoothing.</param>
/// <param name="MicroAccuracy">The share of rows whose class was found, 0 to 1.</param>
/// <param name="MacroAccuracy">The mean over the classes that occur of the share of their rows that were found, 0 to 1.</param>
public sealed record ValidationResult(
    [property: JsonRequired] double Loss, [property: JsonRequired] double MicroAccuracy, [property: JsonRequired] double MacroAccuracy)
{
    /// <summary>What a metric says of it, as a number that is better if higher.</summary>
    internal double ValueOf(ValidationMetric metric) => metric switch
    {
        ValidationMetric.Loss => -Loss,
        ValidationMetric.MicroAccuracy => MicroAccuracy,
        _ => MacroAccuracy,
    };
}
