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

    /// <exception cref="NotFiniteNumberException">The loss or a gradient became NaN or infinite.</exception>
    public void Run(ITrainingCallbacks callbacks)
    {
        while (callbacks.BeforeStep())
        {
            StepBatches<TBatch> step = task.BatchesOf(state.Step);
            double rate = Settings.Rates.At(state.Step + 1), headRate = Settings.HeadRates.At(state.Step + 1);
            double loss = Step(step.Batches, rate, headRate);
            state.Losses.Add(new(++state.Step, loss, rate * state.LearningRate));
            callbacks.AfterStep(loss, step.Samples);
        }
    }

    /// <summary>One optimizer step; returns its loss.</summary>
    private double Step(IEnumerable<TBatch> batches, double rate, double headRate)
    {
        // Made for each step, so that its state needn't be saved.
        using var dropout = new DropoutGenerator(RandomSeeds.ForDropout(Settings.Seed, state.Step));
        weights.ClearGradients();
        double total = 0;
        foreach (TBatch batch in batches)
        {
            using var scope = NewDisposeScope();
            Tensor loss = task.Loss(batch);
            loss.backward();
            weights.CollectGradients();
            total += loss.item<float>();
        }

        double norm = optimizer.GradientNorm();
        if (!double.IsFinite(total) || !double.IsFinite(norm))
            throw Settings.Diverged(state.Step + 1, total, rate * state.LearningRate);
        foreach (AdamWGroup group in optimizer.Groups)
            group.LearningRate = group.Parameters.IsHead ? group.HighestRate * headRate : state.LearningRate * rate;
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

    /// <summary>Called after each step, which the state has counted.</summary>
    /// <param name="samples">See <see cref="StepBatches{TBatch}.Samples"/>.</param>
    void AfterStep(double loss, int samples);
}
