using System.Diagnostics;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>
/// The training itself. What matters is in <see cref="PretrainingState"/>, the weights and the optimizer; what is random in a step
/// follows from the seed and the step's number.
/// </summary>
internal sealed class PretrainingLoop(
    PretrainingRequest task, IPretrainingObjective objective, WindowOrder order, HeldOutText? heldOut, TrainedWeights weights,
    FlatAdamW optimizer, PretrainingState state, Action save)
{
    // Steps that the reported loss is the mean of.
    private const int RecentSteps = 50;

    private readonly PretrainingOptions _options = task.Options;
    private readonly int _total = order.TotalSteps;
    private readonly int _stepsBefore = state.Step;
    private readonly long _tokensBefore = state.Tokens;
    private readonly TimeSpan _timeBefore = state.Time;
    private readonly Stopwatch _clock = new(), _steps = new();

    /// <summary>Trains to the end.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled; the state is kept.</exception>
    /// <exception cref="NotFiniteNumberException">The loss became NaN or infinite.</exception>
    public void Run()
    {
        var rates = new LearningRates(_options.Schedule, _options.Warmup, _total);
        objective.Model.train();
        _clock.Start();
        try
        {
            while (state.Step < _total)
            {
                task.CancellationToken.ThrowIfCancellationRequested();
                if (state.Step % _options.CheckpointEvery == 0)
                    Keep();
                _steps.Start();
                double rate = rates.At(state.Step + 1) * _options.LearningRate;
                Step(rate);
                _steps.Stop();
                state.Time = _timeBefore + _clock.Elapsed;
                Report(rate, null);
            }

            save();
        }
        catch (OperationCanceledException) when (task.CancellationToken.IsCancellationRequested)
        {
            save();
            throw;
        }
    }

    private void Step(double rate)
    {
        (int[] tokens, int length) = order.At(state.Step);
        // Dropout draws from the library's generators: seeded for each step, they need no state to be saved.
        manual_seed(RandomSeeds.ForDropout(_options.Seed, state.Step)).Dispose();
        weights.ClearGradients();
        double loss;
        using (NewDisposeScope())
        {
            PretrainingBatch batch = objective.Ask(tokens, length, new Random(RandomSeeds.ForMasks(_options.Seed, state.Step)));
            Tensor mean = nn.functional.cross_entropy(objective.Logits(batch).to(float32), batch.Targets);
            mean.backward();
            weights.CollectGradients();
            loss = mean.item<float>();
        }

        double norm = optimizer.GradientNorm();
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
        {
            throw new NotFiniteNumberException(FormattableString.Invariant(
                $"Training diverged in step {state.Step + 1} of {_total}, at a learning rate of {rate:0.##e+0}. Lower learningRate, or raise warmup."));
        }

        foreach (AdamWGroup group in optimizer.Groups)
            group.LearningRate = rate;
        optimizer.Step(FlatAdamW.ClippingFactor(norm, _options.GradientClip));
        weights.Publish();
        state.Step++;
        state.Tokens += tokens.Length;
        state.Losses.Add((float)loss);
    }

    /// <summary>Measures, and keeps the state. The measurement after the last step is made on the stored weights, elsewhere.</summary>
    private void Keep()
    {
        if (heldOut is not null && (state.HeldOut.Count == 0 || state.HeldOut[^1].Step < state.Step))
        {
            HeldOutResult result = heldOut.Measure(objective, state.Step, task.CancellationToken);
            state.HeldOut.Add(result);
            state.Time = _timeBefore + _clock.Elapsed;
            Report(double.NaN, result);
        }

        if (state.Step > _stepsBefore)
            save();
    }

    private void Report(double rate, HeldOutResult? result)
    {
        if (task.Progress is null)
            return;
        int done = state.Step - _stepsBefore;
        double seconds = _steps.Elapsed.TotalSeconds;
        TimeSpan? remaining = done == 0 ? null : TimeSpan.FromSeconds(_clock.Elapsed.TotalSeconds / done * (_total - state.Step));
        int first = Math.Max(0, state.Losses.Count - RecentSteps);
        double loss = state.Losses.Count == 0 ? double.NaN : state.Losses.Skip(first).Average();
        task.Progress(new(
            state.Step, _total, loss, rate, done / seconds, (state.Tokens - _tokensBefore) / seconds, remaining, result));
    }
}
