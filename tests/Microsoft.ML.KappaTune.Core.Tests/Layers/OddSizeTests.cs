using Microsoft.ML.KappaTune.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Layers;

/// <summary>
/// Products of sizes that are no multiples of a vector's, forward and back, beside float64. oneDNN, by which libtorch computes them on some
/// processors, has convolutions that read behind their memory there. What was free before is NaN, so that such reading shows.
/// </summary>
[Collection(nameof(ProcessSettings))]
public sealed class OddSizeTests
{
    private const int Times = 5;

    public static TheoryData<bool, int, int, int> Linears
    {
        get
        {
            (int Rows, int Inputs, int Outputs)[] sizes =
            [
                (1, 1, 1), (1, 40, 8), (3, 5, 7), (7, 17, 33), (9, 200, 40), (13, 40, 72), (31, 63, 65), (33, 129, 1), (50, 400, 257),
            ];
            var data = new TheoryData<bool, int, int, int>();
            foreach ((int rows, int inputs, int outputs) in sizes)
            {
                data.Add(false, rows, inputs, outputs);
                data.Add(true, rows, inputs, outputs);
            }

            return data;
        }
    }

    public static TheoryData<bool, bool, int, int, int> Attentions
    {
        get
        {
            (int Heads, int HeadSize, int Length)[] sizes = [(1, 1, 1), (1, 5, 3), (3, 7, 9), (3, 33, 17), (6, 24, 31), (9, 64, 37)];
            var data = new TheoryData<bool, bool, int, int, int>();
            foreach ((int heads, int headSize, int length) in sizes)
            {
                for (int which = 0; which < 4; which++)
                    data.Add(which % 2 > 0, which / 2 > 0, heads, headSize, length);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Linears))]
    public void A_linear_layer_and_its_gradients(bool isBFloat16, int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        ScalarType type = TypeOf(isBFloat16);
        for (int i = 0; i < Times; i++)
        {
            using var layer = new LinearLayer(inputs, outputs, hasBias: true, type, CPU);
            using var exact = new LinearLayer(inputs, outputs, hasBias: true, ScalarType.Float64, CPU);
            Fill([layer], [exact], seed: i);
            AssertSame(type, [layer], [exact], Uniform([rows, inputs], type, 10 + i), each => each[0].forward);
        }
    }

    [Theory, MemberData(nameof(Attentions))]
    public void Attention_and_its_gradients(bool isBFloat16, bool isFused, int heads, int headSize, int length)
    {
        const int Batch = 2;
        using var scope = NewDisposeScope();
        ScalarType type = TypeOf(isBFloat16);
        int hidden = heads * headSize, keyHeads = heads % 3 == 0 ? heads / 3 : heads;
        for (int i = 0; i < Times; i++)
        {
            LinearLayer[] layers = Layers(type), exact = Layers(ScalarType.Float64);
            Fill(layers, exact, seed: i);
            // The second row is shorter, but for one that has a single place.
            Tensor bias = zeros([Batch, 1, length, length], ScalarType.Float64);
            if (length > 1)
                bias.narrow(0, 1, 1).narrow(3, length - 1, 1).fill_(-1e9);
            AssertSame(type, layers, exact, Uniform([Batch, length, hidden], type, 10 + i), each => input => new Attention
            {
                Query = each[0],
                Key = each[1],
                Value = each[2],
                Output = each[3],
                HeadCount = heads,
                KeyValueHeadCount = keyHeads,
                HeadSize = headSize,
                Scale = 1 / Math.Sqrt(headSize),
                IsFused = isFused,
            }.Run(input, input, new(bias.to(input.dtype)), cache: null, training: false));
            foreach (LinearLayer layer in layers.Concat(exact))
                layer.Dispose();
        }

        LinearLayer[] Layers(ScalarType of) =>
        [
            new(hidden, hidden, hasBias: true, of, CPU), new(hidden, keyHeads * headSize, hasBias: true, of, CPU),
            new(hidden, keyHeads * headSize, hasBias: true, of, CPU), new(hidden, hidden, hasBias: true, of, CPU),
        ];
    }

    private static ScalarType TypeOf(bool isBFloat16) => isBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Gives both the same weights, which the type of the first has.</summary>
    private static void Fill(LinearLayer[] layers, LinearLayer[] exact, int seed)
    {
        using var mode = no_grad();
        for (int i = 0; i < layers.Length; i++)
        {
            foreach ((Parameter parameter, Parameter same) in layers[i].parameters().Zip(exact[i].parameters()))
            {
                parameter.copy_(Uniform(parameter.shape, parameter.dtype, 100 * seed + i).div(Math.Sqrt(parameter.shape[^1])));
                same.copy_(parameter);
            }
        }
    }

    private static void AssertSame(
        ScalarType type, LinearLayer[] layers, LinearLayer[] exact, Tensor input, Func<LinearLayer[], Func<Tensor, Tensor>> forward)
    {
        Spoil(type);
        Tensor[] found = Run(layers, input), expected = Run(exact, input.to(ScalarType.Float64));
        foreach ((Tensor its, Tensor right) in found.Zip(expected))
        {
            double most = Math.Max(right.abs().max().item<double>(), 0.1);
            double off = its.to(ScalarType.Float64).sub(right).abs().max().item<double>() / most;
            Assert.True(off <= (type == ScalarType.BFloat16 ? 0.08 : 1e-4), $"{type} is off by {off} of {most}");
        }

        // The output, and the gradients of what came in and of the parameters.
        Tensor[] Run(LinearLayer[] of, Tensor values)
        {
            Tensor read = values.detach().clone();
            read.requires_grad = true;
            Tensor output = forward(of)(read);
            output.mul(Uniform(output.shape, type, seed: 3).to(output.dtype)).sum().backward();
            return [output.detach(), read.grad!, .. of.SelectMany(layer => layer.parameters()).Select(parameter => parameter.grad!)];
        }
    }

    /// <summary>Frees memory that holds nothing but NaN, of the sizes that come next.</summary>
    private static void Spoil(ScalarType type)
    {
        using var scope = NewDisposeScope();
        for (int size = 1; size < 1 << 18; size = size * 3 / 2 + 1)
            full([size], float.NaN, dtype: type);
    }

    private static Tensor Uniform(long[] shape, ScalarType type, int seed)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (all, size) => all * size))
            .Select(_ => (float)(2 * random.NextDouble() - 1))];
        return tensor(values, shape).to(type);
    }
}
