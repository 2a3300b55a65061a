namespace Microsoft.ML.KappaTune;

/// <summary>One pass over the training data.</summary>
/// <param name="Epoch">Its number, from 1.</param>
/// <param name="TrainingLoss">Mean loss over its rows as they were trained, with dropout, weights and smoothing, in nats.</param>
/// <param name="Validation">What the model did on the validation set after it; null without one.</param>
/// <param name="RowsPerSecond">Rows trained a second.</param>
/// <param name="Elapsed">How long it took, validation included.</param>
public sealed record EpochReport(int Epoch, double TrainingLoss, ValidationResult? Validation, double RowsPerSecond, TimeSpan Elapsed);
