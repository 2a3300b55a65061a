namespace Microsoft.ML.KappaTune.Training;

/// <summary>What a model learns: the batches of each step, their loss, and how the model is measured.</summary>
/// <typeparam name="TBatch">What one forward pass is made from.</typeparam>
/// <typeparam name="TMeasurement">What the model does on data that it isn't trained on.</typeparam>
internal interface ITrainingTask<TBatch, TMeasurement>
{
    /// <summary>Steps in which all of the training data is seen once.</summary>
    int StepsPerEpoch { get; }

    /// <summary>The batches of a step. The same seed and step always give the same.</summary>
    /// <param name="step">From 0, over all epochs.</param>
    StepBatches<TBatch> BatchesOf(int step);

    /// <summary>
    /// Adds the gradients of a batch's share of the loss of its step to those of the parameters, and gives that share: the shares of all
    /// batches add up to the mean over the step. What it makes belongs to the caller's dispose scope.
    /// </summary>
    double Backward(TBatch batch);

    /// <summary>Measures the model, without dropout; null where there is nothing to measure on.</summary>
    /// <param name="step">Steps done.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    TMeasurement? Measure(int step, CancellationToken cancellationToken);
}

/// <summary>The batches of one optimizer step, whose gradients are summed.</summary>
/// <param name="Batches">What the forward passes are made from, one after another.</param>
/// <param name="Samples">What the step learns from: rows of a classification, tokens of a language model.</param>
internal readonly record struct StepBatches<TBatch>(IEnumerable<TBatch> Batches, int Samples);
