using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

/// <summary>Twenty steps of each optimizer, in each layout and type, against the formulas.</summary>
public class OptimStepTests
{
    private const int Steps = 20;

    // Gradients that depend on the parameters, grow and change sign.
    private static double Gradient(double x, int index, int step) => Math.Sin(3 * x + index) * (1 + index % 7) + 0.1 * Math.Cos(step);

    private static double[] Values(Tensor tensor) => tensor.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();

    private static void SetGradient(Parameter parameter, int step)
    {
        double[] gradient = [.. Values(parameter).Select((x, i) => Gradient(x, i, step))];
        parameter.grad = tensor(gradient).reshape(parameter.shape).to(parameter.dtype);
    }

    private static void AssertFollows(Func<IEnumerable<Parameter>, optim.Optimizer> make, Func<Func<double, double, double>> reference, ScalarType type, Func<Tensor, Tensor> layout, double tolerance)
    {
        manual_seed(4);
        // Of one element, of odd sizes, and of more than a chunk.
        Parameter[] parameters =
        [
            new Parameter(layout(randn(1, 1, dtype: type))), new Parameter(layout(randn(7, 13, dtype: type))),
            new Parameter(layout(randn(129, 129, dtype: type))),
        ];
        using optim.Optimizer optimizer = make(parameters);
        foreach (Parameter parameter in parameters)
        {
            double[] expected = Values(parameter);
            Func<double, double, double>[] next = [.. expected.Select(_ => reference())];
            for (int step = 0; step < Steps; step++)
            {
                // The formula starts from the stored values, so that only one step's rounding adds up in the state.
                SetGradient(parameter, step);
                double[] before = Values(parameter), gradient = Values(parameter.grad!);
                optimizer.step();
                expected = [.. before.Select((x, i) => next[i](x, gradient[i]))];
                Assert.Equal(expected, Values(parameter), (a, b) => Math.Abs(a - b) <= tolerance * Math.Max(1, Math.Abs(a)));
            }
            parameter.grad = null;
        }
    }

    public static TheoryData<string, ScalarType, double> Layouts => new()
    {
        { "contiguous", ScalarType.Float32, 2e-6 },
        { "contiguous", ScalarType.Float64, 1e-13 },
        { "transposed", ScalarType.Float32, 2e-6 },
        { "strided", ScalarType.Float64, 1e-13 },
        { "contiguous", ScalarType.BFloat16, 2e-2 },
    };

    private static Func<Tensor, Tensor> Layout(string name) => name switch
    {
        "transposed" => tensor => tensor.t().contiguous().t(),
        // Every second column of a wider matrix: no flat array.
        "strided" => tensor => cat([tensor.unsqueeze(2), tensor.unsqueeze(2)], 2).select(2, 0),
        _ => tensor => tensor,
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void AdamWFollowsItsFormula(string layout, ScalarType type, double tolerance)
    {
        foreach ((double decay, bool amsgrad, bool maximize) in new[] { (0.0, false, false), (0.1, false, false), (0.1, true, false), (0.2, true, true) })
            AssertFollows(
                p => optim.AdamW(p, 0.01, 0.8, 0.95, 1e-6, decay, amsgrad, maximize),
                () => new OptimReference.AdamW(0.01, 0.8, 0.95, 1e-6, decay, amsgrad, maximize).Next,
                type, Layout(layout), tolerance);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void SgdFollowsItsFormula(string layout, ScalarType type, double tolerance)
    {
        foreach ((double momentum, double dampening, double decay, bool nesterov, bool maximize) in new[]
                 {
                     (0.0, 0.0, 0.0, false, false), (0.0, 0.0, 0.1, false, true), (0.9, 0.0, 0.0, false, false),
                     (0.9, 0.5, 0.1, false, false), (0.9, 0.0, 0.1, true, true),
                 })
            AssertFollows(
                p => optim.SGD(p, 0.01, momentum, dampening, decay, nesterov, maximize),
                () => new OptimReference.Sgd(0.01, momentum, dampening, decay, nesterov, maximize).Next,
                type, Layout(layout), tolerance);
    }

    [Fact]
    public void AnyNumberOfThreadsGivesTheSameBits()
    {
        int threads = get_num_threads();
        try
        {
            double[] Train(int count)
            {
                set_num_threads(count);
                manual_seed(1);
                Parameter[] parameters = [.. Enumerable.Range(1, 40).Select(i => new Parameter(randn(i * 61)))];
                using AdamW optimizer = optim.AdamW(parameters, amsgrad: true, weight_decay: 0.1);
                for (int step = 0; step < 3; step++)
                {
                    foreach (Parameter parameter in parameters)
                        SetGradient(parameter, step);
                    optimizer.step();
                }
                return [.. parameters.SelectMany(Values)];
            }
            Assert.Equal(Train(1), Train(2));
        }
        finally
        {
            set_num_threads(threads);
        }
    }
}
