namespace Microsoft.ML.KappaTune.Training;

/// <summary>What a run does between two steps: measure the model, keep it, report, end.</summary>
internal interface ITrainingCallbacks
{
    /// <summary>Called before each step; false ends the training.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    bool BeforeStep();

    /// <summary>Called after each step, which the state has counted.</summary>
    /// <param name="loss">The step's loss.</param>
    /// <param name="samples">See <see cref="StepBatches{TBatch}.Samples"/>.</param>
    void AfterStep(double loss, int samples);
}
