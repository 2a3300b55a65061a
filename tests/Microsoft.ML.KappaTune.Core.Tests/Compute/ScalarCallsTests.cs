using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>Nothing of ours calls what makes a Scalar, but for the one type that keeps them.</summary>
public class ScalarCallsTests
{
    [Fact]
    public void The_library_makes_scalars_in_one_place()
    {
        using var calls = new ScalarCalls(AppContext.BaseDirectory);
        Assert.Empty(calls.In(typeof(KappaSelection).Assembly.Location, except: "TensorArithmetic"));
        Assert.NotEmpty(calls.In(typeof(KappaSelection).Assembly.Location));
    }

    [Fact]
    public void Calls_are_found_however_they_are_written()
    {
        using var calls = new ScalarCalls(AppContext.BaseDirectory);
        string[] found = calls.In(typeof(ScalarCallsTests).Assembly.Location);
        foreach (string name in typeof(Violations).GetMethods().Where(method => method.IsStatic).Select(method => method.Name))
        {
            bool isFound = found.Any(call => call.StartsWith($"{nameof(Violations)}.{name}:", StringComparison.Ordinal));
            Assert.True(isFound == (name != nameof(Violations.Safe)), name);
        }
    }

    private static class Violations
    {
        public static Tensor Number(Tensor x) => x.mul(0.5);

        public static Tensor Operator(Tensor x) => x * 2;

        public static Tensor Sum(Tensor x) => x + x;

        public static Tensor Compound(Tensor x)
        {
            x += x;
            return x;
        }

        public static double Value(Tensor x) => x.ToDouble();

        public static void Step(optim.Optimizer optimizer) => optimizer.step();

        public static object Functional(Tensor x) => nn.functional.elu(x, 1, inplace: false);

        public static Tensor Safe(Tensor x) => (x * x).sub(x).gelu();
    }
}
