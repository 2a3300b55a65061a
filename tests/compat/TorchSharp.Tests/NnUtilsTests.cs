using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class NnUtilsTests
{
    // Parameters of several sizes and layouts whose gradients are given.
    private static Parameter[] WithGradients(ScalarType type, bool flat = true)
    {
        manual_seed(2);
        Parameter[] parameters = [Parameter(zeros(3, 5, dtype: type)), Parameter(zeros(40000, dtype: type)), Parameter(zeros(1, dtype: type))];
        foreach (Parameter parameter in parameters)
            parameter.grad = randn(parameter.shape, dtype: type);
        if (!flat)
            parameters[0].grad = randn(3, 10, dtype: type)[.., ..5];
        return [.. parameters, Parameter(ones(2, dtype: type))];
    }

    private static double[] Gradients(IEnumerable<Parameter> parameters) =>
        [.. parameters.Where(p => p.grad is not null).SelectMany(p => p.grad!.to(ScalarType.Float64).reshape(-1).data<double>().ToArray())];

    [Theory]
    [InlineData(ScalarType.Float32, true, 2, 1e-6)]
    [InlineData(ScalarType.Float64, true, 2, 1e-12)]
    [InlineData(ScalarType.Float32, false, 2, 1e-5)]
    [InlineData(ScalarType.Float64, true, 1, 1e-12)]
    [InlineData(ScalarType.Float64, false, 3, 1e-12)]
    [InlineData(ScalarType.Float64, true, double.PositiveInfinity, 1e-12)]
    public void ClippingScalesToTheNorm(ScalarType type, bool flat, double p, double tolerance)
    {
        Parameter[] parameters = WithGradients(type, flat);
        double[] before = Gradients(parameters);
        double expected = double.IsInfinity(p) ? before.Max(Math.Abs) : Math.Pow(before.Sum(g => Math.Pow(Math.Abs(g), p)), 1 / p);

        Assert.Equal(expected, utils.clip_grad_norm_(parameters, 2 * expected, p), tolerance * expected);
        Assert.Equal(before, Gradients(parameters));
        Assert.Equal(expected, utils.clip_grad_norm_(parameters, 0.5, p), tolerance * expected);
        double[] after = Gradients(parameters);
        Assert.Equal(before.Select(g => g * 0.5 / (expected + 1e-6)), after, (a, b) => Math.Abs(a - b) < tolerance);
    }

    [Fact]
    public void ClippingGivesTheSameBitsForAnyNumberOfThreads()
    {
        int threads = get_num_threads();
        try
        {
            (double, double[]) Clip(int count)
            {
                set_num_threads(count);
                Parameter[] parameters = WithGradients(ScalarType.Float32);
                return (utils.clip_grad_norm_(parameters, 1), Gradients(parameters));
            }
            (double Norm, double[] Gradients) one = Clip(1), two = Clip(2);
            Assert.Equal(one.Norm, two.Norm);
            Assert.Equal(one.Gradients, two.Gradients);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    [Fact]
    public void NothingToClipHasNoNorm()
    {
        Assert.Equal(0, utils.clip_grad_norm_([], 1));
        Assert.Equal(0, utils.clip_grad_norm_([Parameter(ones(2))], 1));
    }

    [Fact]
    public void ANormThatIsNoNumberSpreads()
    {
        Parameter parameter = Parameter(zeros(2)), other = Parameter(zeros(1));
        parameter.grad = tensor(new[] { float.NaN, 1 });
        other.grad = ones(1);
        Assert.True(double.IsNaN(utils.clip_grad_norm_([parameter, other], 1)));
        Assert.All(Gradients([parameter, other]), gradient => Assert.True(double.IsNaN(gradient)));
    }

    [Fact]
    public void ValuesAreBounded()
    {
        Parameter[] parameters = WithGradients(ScalarType.Float64);
        double[] before = Gradients(parameters);
        utils.clip_grad_value_(parameters, 0.3);
        Assert.Equal(before.Select(g => Math.Clamp(g, -0.3, 0.3)), Gradients(parameters));
    }

    [Fact]
    public void ParametersBecomeAVectorAndBack()
    {
        using Linear a = Linear(2, 3), b = Linear(2, 3);
        using Tensor vector = utils.parameters_to_vector(a.parameters());
        Assert.Equal(9, vector.numel());
        utils.vector_to_parameters(vector, b.parameters());
        Assert.Equal(a.weight.data<float>().ToArray(), b.weight.data<float>().ToArray());
        Assert.Equal(a.bias!.data<float>().ToArray(), b.bias!.data<float>().ToArray());
    }
}
