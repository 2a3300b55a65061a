namespace Microsoft.ML.KappaTune;

/// <summary>
/// Ends training when the validation rows say that it gets no better, and keeps the best weights.
/// </summary>
/// <param name="Metric">What is watched. Default: the loss.</param>
/// <param name="Patience">Epochs without a better value after which training ends, 1 or more. Default: 2.</param>
public sealed record EarlyStopping(ValidationMetric Metric = ValidationMetric.Loss, int Patience = 2);
