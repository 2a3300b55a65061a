using System.Diagnostics;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training.Optimization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Training;

/// <summary>
/// The training itself: epochs of steps, a step of batches, after each epoch a look at the validation rows. All of its state that
/// matters is in <see cref="TuningState"/>, the weights and the optimizer; what is random in a step follows from the seed and the
/// step's number.
/// </summary>
internal sealed class TrainingLoop(TrainingSetup setup, TuningState state, FlatAdamW optimizer)
{
    private readonly TuningOptions _options = setup.Task.Options;
    private readonly CancellationToken _cancellation = setup.Task.Options.CancellationToken;

    // The part of the time that this process measures; what was before an interruption is in the state.
    private readonly Stopwatch _epochClock = new();

    // As one batch would be that is as large as all batches of a step: its rows, its order, its gradients.
    private int RowsAStep => (int)Math.Min((long)_options.BatchSize * _options.GradientAccumulation, setup.Train.Count);

    private int StepsAnEpoch => (setup.Train.Count + RowsAStep - 1) / RowsAStep;

    private int TotalSteps => checked(StepsAnEpoch * _options.MaxEpochs);

    private int HeadSteps => StepsAnEpoch * _options.HeadEpochs;

    /// <summary>Trains to the end, and leaves the best weights in the model.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before an epoch had ended.</exception>
    public void Run()
    {
        var head = new LearningRates(_options.Schedule, _options.WarmupRatio, TotalSteps);
        var rest = new LearningRates(_options.Schedule, _options.WarmupRatio, TotalSteps - HeadSteps);
        try
        {
            if (state.Step == 0)
                Observe(0, null);
            while (state.Stop is null && state.Epoch <= _options.MaxEpochs)
                RunEpoch(head, rest);
            state.Stop ??= TuningStop.Completed;
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            setup.Save();
            if (state.Epochs.Count == 0)
                throw;
            state.Stop = TuningStop.Cancelled;
        }

        if (state.Kept is { } best)
            setup.Weights.Restore(best);
    }

    private void RunEpoch(LearningRates headRates, LearningRates otherRates)
    {
        setup.Weights.Train(headAlone: state.Epoch <= _options.HeadEpochs);
        TimeSpan before = state.EpochTime, timeBefore = state.Time;
        _epochClock.Restart();
        int[][] steps = BatchOrder.Steps(setup.Train.Lengths, RowsAStep, _options.Seed, state.Epoch);
        while (state.StepInEpoch < steps.Length)
        {
            _cancellation.ThrowIfCancellationRequested();
            int[] rows = steps[state.StepInEpoch];
            double rate = otherRates.At(state.Step + 1 - HeadSteps);
            state.AddStep(Step(rows, headRates.At(state.Step + 1), rate), rate * _options.LearningRate, rows.Length);
            CountTime();
            setup.Watch.Stepped(state, TotalSteps);
            // An epoch's end has a state of its own.
            if (_options.CheckpointEvery > 0 && state.Step % _options.CheckpointEvery == 0 && state.StepInEpoch < steps.Length)
                setup.Save();
        }

        TimeSpan training = state.EpochTime;
        ValidationResult? validation = Validate();
        CountTime();
        if (state.AddEpoch(validation, _options.EarlyStopping, training) && setup.KeepsBest)
            state.Keep(setup.Weights.Copy());
        setup.Save();
        setup.Watch.EndedEpoch(state, TotalSteps);
        Observe(state.Epochs[^1].Epoch, validation);

        void CountTime()
        {
            state.EpochTime = before + _epochClock.Elapsed;
            state.Time = timeBefore + _epochClock.Elapsed;
        }
    }

    private ValidationResult? Validate() => setup.Validation is { } rows ? Measure(rows, setup.ValidationLower) : null;

    private ValidationResult Measure(TokenizedRows rows, FrozenActivationCache lower) => Evaluation.Of(
        setup.Model, lower, rows, setup.Task.Classes.Count, _options.BatchSize, setup.PadId, setup.Device, _cancellation);

    /// <summary>Nothing is measured where nobody looks.</summary>
    private void Observe(int epoch, ValidationResult? validation) => setup.Task.EpochEnded?.Invoke(
        new(epoch, setup.Model.Classifier, Measure(setup.Train, setup.TrainLower), validation ?? Validate()));

    /// <summary>One optimizer step; returns the mean loss of its rows.</summary>
    private double Step(int[] rows, double headRate, double otherRate)
    {
        // Dropout draws from the library's generators: seeded for each step, they need no state to be saved.
        manual_seed(RandomSeeds.ForDropout(_options.Seed, state.Step)).Dispose();
        setup.Weights.ClearGradients();
        double loss = 0;
        foreach (int[] part in rows.Chunk(_options.BatchSize))
        {
            using var scope = NewDisposeScope();
            var batch = Batch.Of(setup.Train, part, setup.PadId, setup.Device);
            Tensor? lower = setup.TrainLower.Lower(batch); // [B, T, H], without autograd
            Tensor logits = setup.Model.Upper(batch, lower, training: true); // [B, classes]
            // Over the rows of the whole step, not of this batch: so do gradients of batches of any size add up to the step's.
            Tensor mean = setup.Loss.Sum(logits, batch.Labels).DividedBy(rows.Length);
            mean.backward();
            setup.Weights.CollectGradients();
            loss += mean.item<float>();
        }

        double norm = optimizer.GradientNorm();
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw NotFinite(loss, otherRate * _options.LearningRate);
        foreach (AdamWGroup group in optimizer.Groups)
            group.LearningRate = group.HighestRate * (group.Parameters.IsHead ? headRate : otherRate);
        optimizer.Step(FlatAdamW.ClippingFactor(norm, _options.GradientClip));
        setup.Weights.Publish();
        return loss;
    }

    private NotFiniteNumberException NotFinite(double loss, double rate)
    {
        string what = double.IsFinite(loss) ? "a gradient isn't finite" : FormattableString.Invariant($"the loss is {loss}");
        string where = FormattableString.Invariant($"in step {state.Step + 1} of {TotalSteps}, at a learning rate of {rate:0.##e+0}");
        return new($"Training diverged: {where}, {what}. Lower LearningRate and HeadLearningRate, or raise WarmupRatio.");
    }
}
