namespace Microsoft.ML.KappaTune;

/// <summary>How far a run has come.</summary>
/// <param name="Phase">What it is at.</param>
/// <param name="Step">Steps finished, in this phase.</param>
/// <param name="TotalSteps">Steps of this phase.</param>
/// <param name="Epoch">The epoch it is in, from 1; 0 before and after training.</param>
/// <param name="TotalEpochs">Epochs at most.</param>
/// <param name="Loss">Mean loss of the last step's rows, or of an encoder alone a character's; NaN outside training.</param>
/// <param name="LearningRate">
/// The learning rate of the selected tensors, or of an encoder alone, in the last step; NaN outside training.
/// </param>
/// <param name="RowsPerSecond">
/// Rows, or of a language model tokens that the loss counts, trained a second, in this epoch so far; NaN outside training.
/// </param>
/// <param name="Elapsed">Time since the run began, or since the encoder alone did.</param>
/// <param name="Remaining">
/// Estimated time to the end of training, in <see cref="TuningPhase.EncoderAlone"/> and <see cref="TuningPhase.Transcribing"/> to the end
/// of the phase; null before there is anything to estimate from.
/// </param>
/// <param name="Validation">What the epoch ended with; null but in <see cref="TuningPhase.Validated"/>.</param>
public readonly record struct TuningProgress(
    TuningPhase Phase, int Step, int TotalSteps, int Epoch, int TotalEpochs, double Loss, double LearningRate, double RowsPerSecond,
    TimeSpan Elapsed, TimeSpan? Remaining, ValidationResult? Validation)
{
    /// <summary>What was last measured of learning against keeping; null before that, and without a budget.</summary>
    public BudgetPoint? Keeping { get; init; }

    /// <summary>
    /// The share of the budget that the weights use: that of <see cref="Keeping"/> or, where the run went back then, that of the point
    /// that it went back to, 0 at the start. Null where <see cref="Keeping"/> is.
    /// </summary>
    public double? Used { get; init; }
}
