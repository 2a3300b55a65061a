using static TorchSharp.torch;

namespace TorchSharp.Tests;

/// <summary>Every differentiable operation against central finite differences in float64; the table is in GradientCases.cs.</summary>
public class GradientTests
{
    private const double Step = 1e-6, Tolerance = 2e-7;

    public static TheoryData<string> Names => new(GradientCases.All.Select(c => c.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void AgreesWithFiniteDifferences(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        GradientCase test = GradientCases.All.Single(c => c.Name == name);
        using var random = new Generator(17);
        Tensor[] inputs = test.Shapes.Select(shape =>
            zeros(shape, ScalarType.Float64).uniform_(test.Low, test.High, random).requires_grad_()).ToArray();
        Tensor output = test.Function(inputs);
        // A weighted sum of the outputs, so that no two elements' errors can cancel.
        Tensor weights = zeros(output.shape, ScalarType.Float64).uniform_(0.5, 1.5, random);
        Tensor loss = (output * weights).sum();
        IList<Tensor> gradients = autograd.grad([loss], inputs);

        using IDisposable mode = no_grad();
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] expected = new double[inputs[i].numel()], actual = gradients[i].contiguous().data<double>().ToArray();
            Tensor flat = inputs[i].detach().view(-1);
            for (int j = 0; j < expected.Length; j++)
                expected[j] = (LossAt(j, Step) - LossAt(j, -Step)) / (2 * Step);
            for (int j = 0; j < expected.Length; j++)
                Assert.True(
                    Math.Abs(expected[j] - actual[j]) <= Tolerance * (1 + Math.Abs(expected[j])),
                    $"{name}: input {i}, element {j}: finite difference {expected[j]:R}, gradient {actual[j]:R}");

            double LossAt(int element, double step)
            {
                using DisposeScope inner = NewDisposeScope();
                double value = flat[element].ToDouble();
                flat[element] = value + step;
                double result = (test.Function(inputs) * weights).sum().ToDouble();
                flat[element] = value;
                return result;
            }
        }
    }

    [Fact]
    public void TheTableHasEveryDifferentiableOperation()
    {
        const System.Reflection.BindingFlags Declared =
            System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static
            | System.Reflection.BindingFlags.DeclaredOnly;
        IEnumerable<string> offered = typeof(Tensor).GetMethods(Declared | System.Reflection.BindingFlags.Instance)
            .Concat(typeof(nn.functional).GetMethods(Declared))
            .Concat(typeof(linalg).GetMethods(Declared))
            .Where(method => !method.IsSpecialName && !method.Name.EndsWith('_') && ReturnsTensors(method.ReturnType))
            .Select(method => method.Name)
            .Distinct();
        var covered = GradientCases.All.Select(c => c.Name.Split(' ')[0]).ToHashSet();
        string[] missing = offered.Where(name => !covered.Contains(name) && !GradientCases.NotDifferentiable.Contains(name)).Order().ToArray();
        Assert.Empty(missing);
    }

    private static bool ReturnsTensors(Type type) =>
        type == typeof(Tensor) || type == typeof(Tensor[]) || (type.IsGenericType && type.GetGenericArguments().Contains(typeof(Tensor)));

    [Fact]
    public void SecondDerivativesComeFromARecordedGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(1.5, requires_grad: true);
        Tensor first = autograd.grad([x.pow(4)], [x], create_graph: true)[0];
        Tensor second = autograd.grad([first], [x])[0];
        Assert.Equal(4 * Math.Pow(1.5, 3), first.ToDouble(), 12);
        Assert.Equal(12 * 1.5 * 1.5, second.ToDouble(), 12);
    }

    [Fact]
    public void BackwardAddsUpAndGradCanBeSetAndCleared()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(new[] { 1.0, 2 }, requires_grad: true);
        Assert.Null(x.grad);
        (x * x).sum().backward();
        (x * 3).sum().backward();
        Assert.Equal([5.0, 7], x.grad!.data<double>().ToArray());
        x.grad = tensor(new[] { 1.0, 1 });
        autograd.backward(x * x, tensor(new[] { 1.0, 10 }));
        Assert.Equal([3.0, 41], x.grad!.data<double>().ToArray());
        x.grad = null;
        Assert.Null(x.grad);
        Tensor middle = x * 2;
        middle.retain_grad();
        Assert.True(x.is_leaf && !middle.is_leaf && middle.requires_grad);
        middle.square().sum().backward();
        Assert.Equal([4.0, 8], middle.grad!.data<double>().ToArray());
    }

    [Fact]
    public void UnusedInputsAreAnErrorUnlessAllowed()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(1.0, requires_grad: true), y = tensor(1.0, requires_grad: true);
        Assert.ThrowsAny<Exception>(() => autograd.grad([x * 2], [x, y]));
        IList<Tensor> gradients = autograd.grad([x * 2], [x, y], allow_unused: true);
        Assert.Equal(2, gradients[0].ToDouble());
        Assert.Null(gradients[1]);
    }

    [Fact]
    public void ARecordIsUsedUpUnlessRetained()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = tensor(2.0, requires_grad: true), y = x * x;
        autograd.backward(y, retain_graph: true);
        autograd.backward(y);
        Assert.Equal(8, x.grad!.ToDouble());
        Assert.Contains("second time", Assert.ThrowsAny<Exception>(y.backward).Message);
    }

    [Fact]
    public void DetachedTensorsShareElementsButNoRecord()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = ones([2], requires_grad: true), d = x.detach();
        Assert.False(d.requires_grad);
        d.fill_(3);
        Assert.Equal(3, x[0].ToSingle());
        Tensor y = (x * 2).detach_();
        Assert.True(y.is_leaf && !y.requires_grad);
    }
}
