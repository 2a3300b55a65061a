using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Layers.Frames;

/// <summary>
/// Convolutions with groups, with kernels of even size and without zeros around, and norms over time, beside libtorch's own: its
/// convolutions in float64, which are not those of its library for float32.
/// </summary>
public sealed class GroupedConvolutionTests
{
    [Theory]
    [InlineData(4, 8, 18, 5, 2, 2, true, true)]
    [InlineData(16, 16, 19, 8, 1, 4, true, true)]
    [InlineData(16, 16, 3, 8, 1, 16, true, true)]
    [InlineData(6, 6, 5, 128, 1, 2, true, true)]
    [InlineData(1, 7, 40, 10, 5, 1, false, false)]
    [InlineData(7, 5, 20, 3, 2, 1, false, true)]
    [InlineData(8, 8, 8, 2, 2, 4, false, false)]
    public void It_is_the_convolution_of_the_library(
        int inputs, int outputs, int length, int size, int stride, int groups, bool isPadded, bool hasBias)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        using var layer = new ConvolutionLayer(inputs, outputs, size, stride, ScalarType.Float64, CPU, groups, isPadded, hasBias);
        Fill(layer, generator);
        Tensor input = empty([3, length, inputs], ScalarType.Float64).normal_(0, 1, generator);
        input.requires_grad = true;
        Tensor output = layer.forward(input);
        Tensor upper = empty(output.shape, ScalarType.Float64).normal_(0, 1, generator);
        output.backward([upper]);

        Tensor other = input.detach().clone();
        other.requires_grad = true;
        Tensor places = other.transpose(1, 2);
        if (isPadded)
            places = nn.functional.pad(places, [size / 2, (size - 1) / 2]);
        Tensor expected = nn.functional.conv1d(
            places, layer.get_parameter("weight")!.detach(), layer.get_parameter("bias")?.detach(), stride, groups: groups).transpose(1, 2);
        expected.backward([upper]);
        AssertNear(expected, output);
        AssertNear(other.grad!, input.grad!);
        Assert.Equal(hasBias ? 2 : 1, layer.parameters().Count());
    }

    [Fact]
    public void A_norm_over_time_is_group_norm_of_each_row_alone()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(8);
        using var norm = new TimeNorm(5, 1e-5, ScalarType.Float32, CPU);
        Fill(norm, generator);
        Tensor states = empty([3, 9, 5], ScalarType.Float32).normal_(0, 2, generator);
        int[] counts = [9, 4, 1];
        float[] within = [.. counts.SelectMany(count => Enumerable.Range(0, 9).Select(i => i < count ? 1f : 0))];
        Tensor mask = tensor(within, [3L, 9, 1]);
        Tensor masked = norm.Run(states, mask), whole = norm.Run(states, mask: null);
        for (int row = 0; row < counts.Length; row++)
        {
            AssertNear(Alone(row, counts[row]), masked[row].narrow(0, 0, counts[row]));
            AssertNear(Alone(row, 9), whole[row]);
        }

        // A row without a place has numbers all the same.
        Assert.True(norm.Run(states, zeros([3L, 9, 1])).isfinite().all().item<bool>());

        Tensor Alone(int row, long count)
        {
            Tensor its = states.narrow(0, row, 1).narrow(1, 0, count).transpose(1, 2);
            Tensor weight = norm.get_parameter("weight")!, bias = norm.get_parameter("bias")!;
            return nn.functional.group_norm(its, 5, weight, bias, 1e-5).transpose(1, 2)[0];
        }
    }

    private static void Fill(nn.Module module, Generator generator)
    {
        using var guard = no_grad();
        foreach (Parameter parameter in module.parameters())
            parameter.normal_(0, 1, generator);
    }

    private static void AssertNear(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        double[] values = [.. expected.to(ScalarType.Float64).contiguous().data<double>()];
        double[] others = [.. actual.to(ScalarType.Float64).contiguous().data<double>()];
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(values[i], others[i], 1e-5);
    }
}
