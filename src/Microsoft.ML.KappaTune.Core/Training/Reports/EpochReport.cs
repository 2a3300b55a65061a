using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune;

/// <summary>One pass over the training data.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="TrainingLoss">
/// Mean loss over its rows, or over the tokens that count, as they were trained, with dropout, weights and smoothing, in nats.
/// </param>
/// <param name="Validation">What the model did on the validation set after it; null without one.</param>
/// <param name="RowsPerSecond">
/// Rows, or of a language model tokens that the loss counts, trained a second, without the time of a budget's probes and measurements.
/// </param>
/// <param name="Elapsed">How long it took, validation included.</param>
public sealed record EpochReport(
    [property: JsonRequired] int Epoch,
    [property: JsonRequired] double TrainingLoss,
    ValidationResult? Validation,
    [property: JsonRequired] double RowsPerSecond,
    [property: JsonRequired, JsonPropertyName("elapsed_seconds"), JsonConverter(typeof(SecondsConverter))] TimeSpan Elapsed);
