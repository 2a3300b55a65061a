using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Layers;

/// <summary>The memory that packed weights share.</summary>
public sealed class PackedWorkspaceTests
{
    [Fact]
    public void One_buffer_of_the_largest_weight_is_enough_for_all_layers()
    {
        using var weights = new CodedWeights((32, 16), (64, 32), (48, 64), (16, 48));
        using var scope = NewDisposeScope();
        Assert.Equal(0, weights.Workspace.ByteLength);
        Tensor states = randn(5, 16).requires_grad_();
        for (int pass = 0; pass < 3; pass++)
        {
            foreach (PackedWeight weight in weights.All)
            {
                states = PackedProduct.Of(states, weight, isTransposed: false, bias: null);
                Assert.Equal(48 * 64 * sizeof(float), weights.Workspace.ByteLength);
            }
        }

        states.sum().backward();
        Assert.Equal(48 * 64 * sizeof(float), weights.Workspace.ByteLength);
    }

    [Fact]
    public void Values_stay_while_those_of_another_weight_are_made()
    {
        using var weights = new CodedWeights((40, 24), (16, 32));
        using var scope = NewDisposeScope();
        (PackedWeight one, PackedWeight other) = (weights.All[0], weights.All[1]);
        Tensor expected = one.Values(ScalarType.Float32), others = other.Values(ScalarType.Float32);
        Tensor actual = one.Use(ScalarType.Float32, values =>
        {
            Assert.Equal(0, StoredTensors.Difference(other.Use(ScalarType.Float32, inner => inner.clone()), others));
            return values.clone();
        });
        Assert.Equal(0, StoredTensors.Difference(actual, expected));
        Assert.Equal(2 * 40 * 24 * sizeof(float), weights.Workspace.ByteLength);
    }

    [Fact]
    public async Task Threads_at_once_have_the_results_of_one()
    {
        const int Threads = 3, Rounds = 20;
        using var weights = new CodedWeights((384, 256), (256, 384));
        using var scope = NewDisposeScope();
        Tensor[] values = [.. weights.All.Select(weight => weight.Values(ScalarType.Float32))];
        using var start = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () => Compute(thread), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        long one = 384 * 256 * sizeof(float);
        Assert.Contains(weights.Workspace.ByteLength, Enumerable.Range(1, Threads).Select(count => count * one));

        void Compute(int thread)
        {
            start.SignalAndWait(TestContext.Current.CancellationToken);
            for (int round = 0; round < Rounds; round++)
            {
                using var pass = NewDisposeScope();
                int which = (thread + round) % 2;
                Tensor input = randn(4, values[which].shape[1]).requires_grad_(), same = input.detach().clone().requires_grad_();
                Tensor actual = PackedProduct.Of(input, weights.All[which], isTransposed: false, bias: null);
                Tensor expected = nn.functional.linear(same, values[which]);
                Assert.InRange(StoredTensors.Difference(actual, expected), 0, 1e-5);
                actual.tanh().sum().backward();
                expected.tanh().sum().backward();
                Assert.InRange(StoredTensors.Difference(input.grad!, same.grad!), 0, 1e-5);
            }
        }
    }

    /// <summary>Of a weight that is made in more than one go.</summary>
    [Fact]
    public void Rounded_values_are_those_of_float32_rounded()
    {
        const int Rows = 2112, Columns = 2048;
        using var weights = new CodedWeights((Rows, Columns));
        using var scope = NewDisposeScope();
        Tensor values = weights.All[0].Values(ScalarType.Float32);
        Assert.Equal(Rows * Columns * sizeof(float), weights.Workspace.ByteLength);
        Tensor actual = weights.All[0].Values(ScalarType.BFloat16), expected = values.to(ScalarType.BFloat16);
        Assert.Equal(new long[] { Rows, Columns }, actual.shape);
        Assert.True(actual.bytes.SequenceEqual(expected.bytes));
        // The buffer of the other type is gone.
        Assert.InRange(weights.Workspace.ByteLength, Rows * Columns * 2, Rows * Columns * (2 + sizeof(float)) - 1);
    }

    [Fact]
    public void A_buffer_in_use_is_freed_after_it()
    {
        using var weights = new CodedWeights((40, 24));
        using var scope = NewDisposeScope();
        Tensor expected = weights.All[0].Values(ScalarType.Float32);
        Tensor actual = weights.All[0].Use(ScalarType.Float32, values =>
        {
            weights.Workspace.Dispose();
            Assert.Equal(40 * 24 * sizeof(float), weights.Workspace.ByteLength);
            return values.clone();
        });
        Assert.Equal(0, weights.Workspace.ByteLength);
        Assert.Equal(0, StoredTensors.Difference(actual, expected));
    }

    [Fact]
    public void A_buffer_is_returned_after_an_error()
    {
        using var weights = new CodedWeights((40, 24));
        for (int i = 0; i < 2; i++)
        {
            Assert.Throws<InvalidOperationException>(
                () => weights.All[0].Use(ScalarType.Float32, _ => throw new InvalidOperationException()));
            Assert.Equal(40 * 24 * sizeof(float), weights.Workspace.ByteLength);
        }
    }

    [Fact]
    public void A_thread_s_gradients_are_freed_by_its_next_and_not_by_another_s()
    {
        using var workspace = new PackedWorkspace(CPU);
        using Tensor first = ones(3), second = ones(3), others = ones(3), bias = ones(3);
        workspace.Keep([first, null, null]);
        var thread = new Thread(() => workspace.Keep([others, bias, null]));
        thread.Start();
        thread.Join();
        Assert.False(first.IsInvalid);
        workspace.Keep([second, null, null]);
        Assert.Equal((true, false, false, false), (first.IsInvalid, second.IsInvalid, others.IsInvalid, bias.IsInvalid));
        workspace.Dispose();
        Assert.Equal((true, true, true), (second.IsInvalid, others.IsInvalid, bias.IsInvalid));
    }
}
