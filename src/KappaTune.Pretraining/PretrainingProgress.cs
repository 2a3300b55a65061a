namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>How far a run has come.</summary>
/// <param name="Step">Steps done; 0 before the first.</param>
/// <param name="TotalSteps">Steps in all.</param>
/// <param name="Loss">Mean loss of the last steps; NaN before the first.</param>
/// <param name="LearningRate">Of the last step.</param>
/// <param name="StepsPerSecond">In this process, measurements not counted; NaN before the first step.</param>
/// <param name="TokensPerSecond">The same in tokens of the text.</param>
/// <param name="Remaining">Estimated; null before there is anything to estimate from.</param>
/// <param name="HeldOut">What was measured now; null where nothing was.</param>
public readonly record struct PretrainingProgress(
    int Step, int TotalSteps, double Loss, double LearningRate, double StepsPerSecond, double TokensPerSecond, TimeSpan? Remaining,
    HeldOutResult? HeldOut);
