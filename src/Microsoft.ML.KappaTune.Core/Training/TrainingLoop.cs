using Microsoft.ML.KappaTune.Training.Optimization;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// The training loop of every task. All of its state is in <see cref="TrainingState"/>, the weights and the optimizer: what is random in
/// a step follows from the seed and the step's number.
/// </summary>
internal sealed class TrainingLoop<TBatch, TMeasurement>(
    ITrainingTask<TBatch, TMeasurement> task, TrainingSettings settings, TrainedWeights weights, FlatAdamW optimizer, TrainingState state)
{
    /// <summary>What the next step goes by.</summary>
    public TrainingSettings Settings { get; set; } = settings;

    /// <exception cref="NotFiniteNumberException">
    /// The loss or a gradient became NaN or infinite, and <paramref name="callbacks"/> know no way back.
    /// </exception>
    public void Run(ITrainingCallbacks callbacks)
    {
        while (callbacks.BeforeStep())
        {
            StepBatches<TBatch> step = task.BatchesOf(state.Step);
            double rate = state.LearningRate * Settings.Rates.At(state.Step + 1), loss;
            try
            {
                loss = Step(state.Step, step.Batches, rate);
            }
            catch (NotFiniteNumberException)
            {
                if (!callbacks.GoesBack())
                    throw;
                continue;
            }

            state.Losses.Add(new(++state.Step, loss, rate));
            callbacks.AfterStep(loss, step.Samples);
        }
    }

    /// <summary>Does a step that the state doesn't count: the caller sets weights and optimizer back.</summary>
    /// <param name="step">Which one, from 0: it decides about the batches, the dropout and the head's rate.</param>
    /// <param name="learningRate">The learning rate of all parameters but those of a new head.</param>
    /// <exception cref="NotFiniteNumberException">The loss or a gradient became NaN or infinite.</exception>
    public double Try(int step, double learningRate) => Step(step, task.BatchesOf(step).Batches, learningRate);

    /// <summary>One optimizer step; returns its loss.</summary>
    private double Step(int step, IEnumerable<TBatch> batches, double learningRate)
    {
        // Made for each step, so that its state needn't be saved.
        using var dropout = new DropoutGenerator(RandomSeeds.ForDropout(Settings.Seed, step));
        weights.ClearGradients();
        double total = 0;
        foreach (TBatch batch in batches)
        {
            using var scope = NewDisposeScope();
            total += task.Backward(batch);
            weights.CollectGradients();
        }

        double norm = optimizer.GradientNorm();
        if (!double.IsFinite(total) || !double.IsFinite(norm))
            throw Settings.Diverged(step + 1, total, learningRate);
        double headRate = Settings.HeadRates.At(step + 1);
        foreach (AdamWGroup group in optimizer.Groups)
            group.LearningRate = group.Parameters.IsHead ? group.HighestRate * headRate : learningRate;
        optimizer.Step(FlatAdamW.ClippingFactor(norm, Settings.GradientClip));
        weights.Publish();
        return total;
    }
}

/// <summary>What a run does between two steps: measure the model, keep it, report, end.</summary>
internal interface ITrainingCallbacks
{
    /// <summary>Called before each step; false ends the training.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    bool BeforeStep();

    /// <summary>
    /// Called where a step's loss or a gradient isn't finite, before the weights changed: whether weights, optimizer and rate are set to
    /// what the step may be done again with.
    /// </summary>
    bool GoesBack();

    /// <summary>Called after each step, which the state has counted.</summary>
    /// <param name="samples">See <see cref="StepBatches{TBatch}.Samples"/>.</param>
    void AfterStep(double loss, int samples);
}
