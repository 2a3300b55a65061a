using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Layers.Frames;

public sealed class ConvolutionLayerTests
{
    /// <summary>
    /// Numbers of channels that are multiples of what a vector register holds, and others, of which a library's kernels read more.
    /// </summary>
    [Theory]
    [InlineData(4, 8, 18, 5, 2)]
    [InlineData(8, 8, 9, 5, 1)]
    [InlineData(40, 40, 50, 5, 1)]
    [InlineData(80, 24, 31, 5, 2)]
    [InlineData(16, 32, 20, 3, 2)]
    [InlineData(3, 5, 1, 5, 2)]
    [InlineData(3, 5, 7, 1, 1)]
    public void Values_and_gradients_are_the_sums_they_stand_for(int inputs, int outputs, int length, int size, int stride)
    {
        const int Batch = 8;
        using var scope = NewDisposeScope();
        using var layer = new ConvolutionLayer(inputs, outputs, size, stride, ScalarType.Float32, CPU);
        var random = new Random(inputs + length);
        float[] weight = Uniform(outputs * inputs * size), bias = Uniform(outputs), x = Uniform(Batch * length * inputs);
        Set("weight", weight);
        Set("bias", bias);
        Tensor input = tensor(x, [Batch, length, inputs], requires_grad: true);
        int count = (length + stride - 1) / stride;
        float[] upper = Uniform(Batch * count * outputs);

        LeaveNaNs(input);
        Tensor output = layer.forward(input);
        LeaveNaNs(input);
        output.backward([tensor(upper, [Batch, count, outputs])]);

        Assert.Equal([Batch, count, outputs], output.shape);
        double[] y = new double[upper.Length], dx = new double[x.Length], dw = new double[weight.Length], db = new double[outputs];
        for (int i = 0; i < upper.Length; i++)
        {
            (int row, int place, int channel) = (i / (count * outputs), i / outputs % count, i % outputs);
            y[i] = bias[channel];
            db[channel] += upper[i];
            for (int tap = 0; tap < size; tap++)
            {
                int at = place * stride + tap - size / 2;
                if (at < 0 || at >= length)
                    continue;
                for (int channelIn = 0; channelIn < inputs; channelIn++)
                {
                    (int w, int from) = ((channel * inputs + channelIn) * size + tap, (row * length + at) * inputs + channelIn);
                    y[i] += (double)weight[w] * x[from];
                    dx[from] += (double)upper[i] * weight[w];
                    dw[w] += (double)upper[i] * x[from];
                }
            }
        }

        AssertNear(y, output);
        AssertNear(dx, input.grad!);
        AssertNear(dw, layer.get_parameter("weight")!.grad!);
        AssertNear(db, layer.get_parameter("bias")!.grad!);

        float[] Uniform(int number) => [.. Enumerable.Range(0, number).Select(_ => (float)(2 * random.NextDouble() - 1))];

        void Set(string name, float[] values)
        {
            using var mode = no_grad();
            Parameter parameter = layer.get_parameter(name)!;
            parameter.copy_(tensor(values, parameter.shape));
        }
    }

    /// <summary>Fills memory that the next tensors may get.</summary>
    private static void LeaveNaNs(Tensor like)
    {
        for (long count = 8 * like.NumberOfElements; count > 0; count /= 2)
            full([count], float.NaN).Dispose();
    }

    private static void AssertNear(double[] expected, Tensor actual)
    {
        float[] values = [.. actual.contiguous().data<float>()];
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-3);
    }
}
