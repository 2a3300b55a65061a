using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>The loop on a task of its own: a line through twelve points.</summary>
public sealed class TrainingLoopTests
{
    private const int Points = 12, Steps = 40;

    [Fact]
    public void It_learns_whatever_the_task_and_asks_before_each_step()
    {
        (LineState state, Counter counter, float slope) = Train(batches: 1);
        Assert.Equal((Steps + 1, Steps, Steps * Points), (counter.Before, counter.After, counter.Samples));
        Assert.Equal(Enumerable.Range(1, Steps), state.Losses.Select(step => step.Step));
        Assert.Equal(0.1 / 5, state.Losses[0].LearningRate, 1e-12);
        Assert.InRange(state.Losses[^1].Loss, 0, 0.1 * state.Losses[0].Loss);
        Assert.InRange(slope, 1.5f, 2.5f);
    }

    [Theory, InlineData(2), InlineData(3), InlineData(12)]
    public void The_batches_of_a_step_are_one_batch(int batches)
    {
        (LineState whole, _, float slope) = Train(batches: 1);
        (LineState parts, _, float other) = Train(batches);
        Assert.All(whole.Losses.Zip(parts.Losses), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 1e-4));
        Assert.Equal(slope, other, 1e-4);
    }

    [Theory, InlineData(double.NaN, "the loss is NaN"), InlineData(double.PositiveInfinity, "the loss is")]
    public void What_diverges_says_where_and_what_to_change(double target, string what)
    {
        var e = Assert.Throws<NotFiniteNumberException>(() => Train(batches: 2, target));
        Assert.StartsWith($"Training diverged: in step 1 of {Steps}, at a learning rate of 2e-2, {what}", e.Message);
        Assert.EndsWith("Draw another line.", e.Message);
    }

    [Fact]
    public void A_step_without_a_finite_loss_is_done_again_where_there_is_a_way_back()
    {
        (LineState plain, _, float slope) = Train(batches: 1);
        (LineState state, Counter counter, float same) = Train(batches: 1, failsAt: 7);
        Assert.Equal((1, Steps + 2, Steps), (counter.Back, counter.Before, counter.After));
        Assert.Equal(plain.Losses, state.Losses);
        Assert.Equal(slope, same);
    }

    private static (LineState State, Counter Counter, float Slope) Train(int batches, double target = 2, int? failsAt = null)
    {
        using Linear line = nn.Linear(1, 1);
        using (no_grad())
        {
            line.weight.zero_();
            line.bias!.zero_();
        }

        using TrainedWeights weights = TrainedWeights.CreateForAll(line, isBFloat16: false);
        using FlatAdamW optimizer = weights.NewOptimizer(0.1, 0.1, weightDecay: 0, beta2: 0.999);
        var rates = new LearningRates(LearningRateSchedule.Constant, 0.1, Steps);
        var settings = new TrainingSettings
        {
            Seed = 1,
            TotalSteps = Steps,
            Rates = rates,
            HeadRates = rates,
            GradientClip = 1,
            Remedy = "Draw another line.",
        };
        using var state = new LineState { LearningRate = 0.1 };
        var counter = new Counter(state) { WaysBack = failsAt is null ? 0 : 1 };
        new TrainingLoop<int[], object>(
            new LineTask(line, batches, target) { FailsAt = failsAt }, settings, weights, optimizer, state).Run(counter);
        return (state, counter, line.weight.ToSingle());
    }

    private sealed class LineState : TrainingState;

    /// <summary>y = 2x, at the places 0, 1/12, …</summary>
    private sealed class LineTask(Linear line, int batches, double slope) : ITrainingTask<int[], object>
    {
        private bool _fails;

        /// <summary>The step whose loss is NaN when it is done first; null for none.</summary>
        public int? FailsAt { get; set; }

        public int StepsPerEpoch => 1;

        public StepBatches<int[]> BatchesOf(int step)
        {
            _fails = step == FailsAt;
            if (_fails)
                FailsAt = null;
            return new(Enumerable.Range(0, Points).Chunk(Points / batches), Points);
        }

        public double Backward(int[] batch)
        {
            Tensor x = tensor([.. batch.Select(i => (float)i / Points)], [batch.Length, 1]);
            Tensor y =
                tensor([.. batch.Select(i => (float)(slope * i / Points + (double.IsFinite(slope) ? 0 : slope)))], [batch.Length, 1]);
            Tensor loss = nn.functional.mse_loss(line.forward(x), y, nn.Reduction.Sum).DividedBy(_fails ? double.NaN : Points);
            loss.backward();
            return loss.item<float>();
        }

        public object? Measure(int step, CancellationToken cancellationToken) => null;
    }

    private sealed class Counter(LineState state) : ITrainingCallbacks
    {
        public int Before { get; private set; }

        public int After { get; private set; }

        public int Samples { get; private set; }

        public int Back { get; private set; }

        public int WaysBack { get; init; }

        public bool BeforeStep()
        {
            Before++;
            return state.Step < Steps;
        }

        public bool GoesBack() => Back < WaysBack && ++Back > 0;

        public void AfterStep(double loss, int samples)
        {
            Assert.Equal(state.Losses[^1].Loss, loss);
            After++;
            Samples += samples;
        }
    }
}
