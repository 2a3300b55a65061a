using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Compute;
using Microsoft.ML.KappaTune.Tasks.Classification;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>The parts of the loop that are plain arithmetic.</summary>
public class TuningPartsTests
{
    [Theory]
    [InlineData(LearningRateSchedule.Linear, new[] { 1 / 3.0, 2 / 3.0, 1, 0.75, 0.5, 0.25 })]
    [InlineData(LearningRateSchedule.Cosine, new[] { 1 / 3.0, 2 / 3.0, 1, 0.85355339059, 0.5, 0.14644660941 })]
    [InlineData(LearningRateSchedule.Constant, new[] { 1 / 3.0, 2 / 3.0, 1, 1, 1, 1 })]
    public void Rates_rise_and_fall(LearningRateSchedule schedule, double[] expected)
    {
        var rates = new LearningRates(schedule, warmupRatio: 0.34, totalSteps: 6);
        Assert.All(expected.Select((value, i) => (value, i)), x => Assert.Equal(x.value, rates.At(x.i + 1), 1e-10));
        Assert.All([0, -3], step => Assert.Equal(0, rates.At(step)));
    }

    [Fact]
    public void One_step_has_the_whole_rate() => Assert.Equal(1, new LearningRates(LearningRateSchedule.Linear, 0.9, 1).At(1));

    [Fact]
    public void An_epoch_has_every_row_once_in_steps_of_like_length()
    {
        var random = new Random(1);
        int[] lengths = [.. Enumerable.Range(0, 1000).Select(_ => random.Next(3, 60))];
        int[][] steps = BatchOrder.Steps(lengths, 16, seed: 3, epoch: 1);
        Assert.Equal(Enumerable.Range(0, 1000), steps.SelectMany(step => step).Order());
        Assert.Equal(63, steps.Length);
        Assert.Equal(62, steps.Count(step => step.Length == 16));
        // Padding to the longest: a few tokens in a hundred, not every second one as in batches at random.
        double padded = steps.Sum(step => step.Length * step.Max(row => lengths[row])), real = lengths.Sum();
        Assert.InRange(padded / real, 1, 1.1);

        Assert.Equal(steps, BatchOrder.Steps(lengths, 16, seed: 3, epoch: 1));
        Assert.NotEqual(steps[0], BatchOrder.Steps(lengths, 16, seed: 3, epoch: 2)[0]);
        Assert.NotEqual(steps[0], BatchOrder.Steps(lengths, 16, seed: 4, epoch: 1)[0]);
        // The order of lengths isn't the order of steps.
        int[] longest = [.. steps.Select(step => step.Max(row => lengths[row]))];
        Assert.NotEqual(longest.Order(), longest);
    }

    [Theory]
    [InlineData(0.2, 20)]
    [InlineData(0.01, 1)]
    [InlineData(0.005, 1)]
    [InlineData(0.555, 56)]
    public void A_split_is_exact_and_gives_each_class_its_share(double fraction, int expected)
    {
        TextExample[] rows = [.. Enumerable.Range(0, 100).Select(i => new TextExample($"{i}", null, i < 70 ? 0 : i < 95 ? 1 : 2))];
        (TextExample[] train, TextExample[] validation) = StratifiedSplit.Split(rows, fraction, seed: 1);
        Assert.Equal(expected, validation.Length);
        Assert.Equal(rows.OrderBy(r => r.Text), train.Concat(validation).OrderBy(r => r.Text));
        foreach ((int label, int count) in new[] { (0, 70), (1, 25), (2, 5) })
            Assert.Equal(fraction * count, validation.Count(row => row.Label == label), 1.0);
        Assert.Equal(validation, StratifiedSplit.Split(rows, fraction, seed: 1).Validation);
        Assert.NotEqual(validation, StratifiedSplit.Split(rows, fraction, seed: 2).Validation);
    }

    [Fact]
    public void A_class_keeps_a_row_to_train_on()
    {
        TextExample[] rows = [new("a", null, 0), new("b", null, 1), new("c", null, 1), new("d", null, 1)];
        (TextExample[] train, TextExample[] validation) = StratifiedSplit.Split(rows, 0.9, seed: 1);
        Assert.Equal([0, 1], train.Select(row => row.Label).Order());
        Assert.Equal([1, 1], validation.Select(row => row.Label));
    }

    [Fact]
    public void The_loss_is_cross_entropy_with_smoothing_and_weights()
    {
        using var scope = NewDisposeScope();
        double[,] logits = { { 1, 2, 3 }, { 0.5, -1, 0.25 } };
        long[] labels = [2, 0];
        double[] weights = [0.5, 1, 2];
        double expected = 0;
        for (int row = 0; row < 2; row++)
        {
            double total = Enumerable.Range(0, 3).Sum(c => Math.Exp(logits[row, c]));
            double[] losses = [.. Enumerable.Range(0, 3).Select(c => -Math.Log(Math.Exp(logits[row, c]) / total))];
            expected += weights[labels[row]] * (0.9 * losses[labels[row]] + 0.1 * losses.Average());
        }

        using var loss = new ClassificationLoss(0.1, tensor(weights).to(float32).DetachFromDisposeScope());
        Assert.Equal(expected, loss.Sum(tensor(logits), tensor(labels)).ToDouble(), 1e-5);
    }

    [Fact]
    public void Balanced_classes_count_the_same_and_rows_one_on_average()
    {
        TextExample[] rows = [.. Enumerable.Range(0, 10).Select(i => new TextExample("", null, i < 8 ? 0 : 2))];
        var task = new TextClassificationRequest
        {
            Options = new TinyOptions(),
            Train = rows,
            Classes = ["a", "b", "c"],
            ClassWeights = ClassWeights.Balanced,
        };
        using var loss = ClassificationLoss.Create(task, CPU);
        using var scope = NewDisposeScope();
        // Equal logits: every row's loss is log 3.
        double[] parts = [.. new[] { 0L, 2L }.Select(label => loss.Sum(zeros(1, 3), tensor(new[] { label })).ToDouble() / Math.Log(3))];
        Assert.Equal(10 / (2.0 * 8), parts[0], 1e-5);
        Assert.Equal(10 / (2.0 * 2), parts[1], 1e-5);
        Assert.Equal(10, 8 * parts[0] + 2 * parts[1], 1e-4);
    }

    [Fact]
    public void A_hash_tells_one_bit()
    {
        using Tensor values = arange(3_000_000, dtype: float32);
        var before = TensorHash.Compute([("a", values)], threads: 2);
        Assert.Equal(before, TensorHash.Compute([("a", values)], threads: 1));
        using (Tensor one = values[2_999_999])
            one.add_(0.25f);
        Assert.NotEqual(before["a"], TensorHash.Compute([("a", values)], threads: 2)["a"]);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB", true)]
    [InlineData(
        "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes", true)]
    [InlineData("The size of tensor a (3) must match the size of tensor b (4)", false)]
    public void Out_of_memory_is_told_from_other_errors(string message, bool expected) =>
        Assert.Equal(expected, Tuner.IsOutOfMemory(new ExternalException(message)));
}
