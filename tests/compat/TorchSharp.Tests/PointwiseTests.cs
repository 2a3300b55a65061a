using static TorchSharp.torch;

namespace TorchSharp.Tests;

/// <summary>Values of element-by-element operations against .NET's own arithmetic.</summary>
public class PointwiseTests
{
    private static readonly double[] Any = [-2.5, -1, -0.5, 0, 0.25, 1, 2.5, 7];
    private static readonly double[] Positive = [0.1, 0.5, 1, 1.5, 2.5, 10];
    private static readonly double[] Unit = [-0.9, -0.5, 0, 0.3, 0.9];

    private static readonly Dictionary<string, (double[] Inputs, Func<Tensor, Tensor> Function, Func<double, double> Expected)> Unary = new()
    {
        ["abs"] = (Any, x => x.abs(), Math.Abs), ["acos"] = (Unit, x => x.acos(), Math.Acos), ["asin"] = (Unit, x => x.asin(), Math.Asin),
        ["atan"] = (Any, x => x.atan(), Math.Atan), ["ceil"] = (Any, x => x.ceil(), Math.Ceiling), ["cos"] = (Any, x => x.cos(), Math.Cos),
        ["cosh"] = (Any, x => x.cosh(), Math.Cosh), ["erf"] = (Unit, x => x.erf(), Erf), ["erfc"] = (Unit, x => x.erfc(), v => 1 - Erf(v)),
        ["erfinv"] = (Unit, x => x.erfinv().erf(), v => v), ["exp"] = (Any, x => x.exp(), Math.Exp),
        ["exp2"] = (Any, x => x.exp2(), v => Math.Pow(2, v)),
        ["expm1"] = (Any, x => x.expm1(), v => Math.Exp(v) - 1), ["floor"] = (Any, x => x.floor(), Math.Floor),
        ["frac"] = (Any, x => x.frac(), v => v - Math.Truncate(v)), ["lgamma"] = (Positive, x => (x + 1).lgamma() - x.lgamma(), Math.Log),
        ["digamma"] = (Positive, x => (x + 1).digamma() - x.digamma(), v => 1 / v), ["log"] = (Positive, x => x.log(), Math.Log),
        ["log10"] = (Positive, x => x.log10(), Math.Log10), ["log1p"] = (Positive, x => x.log1p(), v => Math.Log(1 + v)),
        ["log2"] = (Positive, x => x.log2(), Math.Log2), ["neg"] = (Any, x => -x, v => -v),
        ["reciprocal"] = (Positive, x => x.reciprocal(), v => 1 / v),
        ["relu"] = (Any, x => x.relu(), v => Math.Max(v, 0)),
        ["round"] = (Any, x => x.round(), v => Math.Round(v, MidpointRounding.ToEven)),
        ["round decimals"] = (Positive, x => (x / 7).round(2), v => Math.Round(v / 7, 2)),
        ["rsqrt"] = (Positive, x => x.rsqrt(), v => 1 / Math.Sqrt(v)),
        ["sigmoid"] = (Any, x => x.sigmoid(), v => 1 / (1 + Math.Exp(-v))), ["sign"] = (Any, x => x.sign(), v => Math.Sign(v)),
        ["sin"] = (Any, x => x.sin(), Math.Sin), ["sinh"] = (Any, x => x.sinh(), Math.Sinh),
        ["sqrt"] = (Positive, x => x.sqrt(), Math.Sqrt),
        ["square"] = (Any, x => x.square(), v => v * v), ["tan"] = (Any, x => x.tan(), Math.Tan),
        ["tanh"] = (Any, x => x.tanh(), Math.Tanh),
        ["trunc"] = (Any, x => x.trunc(), Math.Truncate), ["silu"] = (Any, x => x.silu(), v => v / (1 + Math.Exp(-v))),
        ["gelu"] = (Unit, x => x.gelu(), v => v * 0.5 * (1 + Erf(v / Math.Sqrt(2)))),
        ["log_sigmoid"] = (Any, x => x.log_sigmoid(), v => -Math.Log(1 + Math.Exp(-v))),
        ["clamp"] = (Any, x => x.clamp(-1, 2), v => Math.Clamp(v, -1, 2)),
        ["clamp_min"] = (Any, x => x.clamp_min(0.5), v => Math.Max(v, 0.5)),
        ["clamp_max"] = (Any, x => x.clamp_max(0.5), v => Math.Min(v, 0.5)), ["pow"] = (Positive, x => x.pow(2.5), v => Math.Pow(v, 2.5)),
        ["add"] = (Any, x => x.add(3, 2), v => v + 6), ["add operator"] = (Any, x => 1 + x + 2L, v => v + 3),
        ["sub"] = (Any, x => x - 1.5f, v => v - 1.5),
        ["rsub"] = (Any, x => 1 - x, v => 1 - v), ["mul"] = (Any, x => 3 * x * 2f, v => v * 6), ["div"] = (Any, x => x / 3, v => v / 3),
        ["rdiv"] = (Positive, x => 3.0 / x, v => 3 / v), ["modulus"] = (Any, x => x % 3, v => v - 3 * Math.Floor(v / 3)),
        ["fmod"] = (Any, x => x.fmod(3), v => v % 3), ["floor_divide"] = (Any, x => x.floor_divide(2), v => Math.Floor(v / 2)),
        ["div floor"] = (Any, x => x.div(2, RoundingMode.floor), v => Math.Floor(v / 2)),
        ["div trunc"] = (Any, x => x.div(2, RoundingMode.trunc), v => Math.Truncate(v / 2)),
    };

    public static TheoryData<string> Names => new(Unary.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void OneOperand(string name)
    {
        using var _ = NewDisposeScope();
        (double[] inputs, Func<Tensor, Tensor> function, Func<double, double> expected) = Unary[name];
        double[] actual = function(tensor(inputs)).data<double>().ToArray();
        for (int i = 0; i < inputs.Length; i++)
            Assert.Equal(expected(inputs[i]), actual[i], 1e-10 * (1 + Math.Abs(actual[i])));
    }

    [Fact]
    public void InPlaceFormsChangeTheTensorAndReturnIt()
    {
        using var _ = NewDisposeScope();
        foreach (string name in new[]
        {
            "abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "digamma", "erf", "erfc", "erfinv", "exp", "expm1", "floor", "frac",
            "lgamma", "log",
            "log10", "log1p", "log2", "neg", "reciprocal", "relu", "rsqrt", "sigmoid", "sign", "sin", "sinh", "sqrt", "tan", "tanh",
            "trunc", "silu", "logical_not",
        })
        {
            Tensor x = tensor(new[] { 0.2, 0.7, 0.9 }), y = x.clone();
            var expected = (Tensor)typeof(Tensor).GetMethod(name, [])!.Invoke(x, [])!;
            object? returned = typeof(Tensor).GetMethod(name + "_", [])!.Invoke(y, []);
            Assert.Same(y, returned);
            Assert.True(y.allclose(expected.to(ScalarType.Float64)), name);
            Assert.Equal(0.2, x[0].ToDouble());
        }
        foreach (string name in new[] { "add", "sub", "mul", "div", "pow", "fmod", "remainder", "floor_divide", "eq", "ne", "lt", "le", "gt", "ge" })
        {
            foreach (Type type in new[] { typeof(Tensor), typeof(Scalar) })
            {
                object other = type == typeof(Scalar) ? (Scalar)0.5 : (object)tensor(new[] { 0.5, 0.7, 1 });
                object?[] arguments = name == "div" ? [other, RoundingMode.None] : [other];
                Type[] types = name == "div" ? [type, typeof(RoundingMode)] : [type];
                Tensor x = tensor(new[] { 0.2, 0.7, 0.9 }), y = x.clone();
                var expected = (Tensor)typeof(Tensor).GetMethod(name, types)!.Invoke(x, arguments)!;
                Assert.Same(y, typeof(Tensor).GetMethod(name + "_", types)!.Invoke(y, arguments));
                Assert.True(y.allclose(expected.to(ScalarType.Float64)), name);
            }
        }
    }

    [Fact]
    public void TwoOperandsBroadcast()
    {
        using var _ = NewDisposeScope();
        Tensor a = tensor(new[] { 1.0, 2, 3 }), b = tensor(new[] { 10.0, 20 }).unsqueeze(1);
        Same([11, 12, 13, 21, 22, 23], a + b);
        Same([-9, -8, -7, -19, -18, -17], a - b);
        Same([10, 20, 30, 20, 40, 60], a * b);
        Same([0.1, 0.2, 0.3, 0.05, 0.1, 0.15], a / b);
        Same([1, 1024, 59049], a.pow(tensor(10.0)));
        Same([21, 22, 23, 41, 42, 43], a.add(b, 2));
        Same([3, 3, 3], a.maximum(tensor(3.0)));
        Same([1, 2, 2], a.minimum(tensor(2.0)));
        Same([1, 2, 3], a.max(tensor(-5.0)));
        Same([Math.Log(2) + 1, Math.Log(2) + 2, Math.Log(2) + 3], a.logaddexp(a));
        Same([Math.PI / 4, Math.Atan2(2, 1), Math.Atan2(3, 1)], a.atan2(tensor(1.0)));
        Same([2, 5, 10], tensor(1.0).addcmul(a, a, 1));
        Same([2, 3, 4], a.addcdiv(a, a));
        Same([1.5, 2.5, 3.5], a.lerp(a + 1, tensor(0.5)));
        Same([10, 2, 10], where(tensor(new[] { false, true, false }), a, tensor(10.0)));
        Same([1, 0, -1], tensor(new[] { double.NaN, 0, double.NegativeInfinity }).nan_to_num(1, neginf: -1));
    }

    [Fact]
    public void ComparisonsGiveBool()
    {
        using var _ = NewDisposeScope();
        Tensor a = tensor(new[] { 1.0, 2, 3 }), b = tensor(new[] { 3.0, 2, 1 });
        Truth([false, true, false], a.eq(b), a == b, a.equal(b), a == (Scalar)2, (Scalar)2 == a);
        Truth([true, false, true], a.ne(b), a != b, a.not_equal(b), a != (Scalar)2);
        Truth([true, false, false], a.lt(b), a < b, a.less(b), a < (Scalar)2, (Scalar)2 > a);
        Truth([true, true, false], a.le(b), a <= b, a.less_equal(b), a <= (Scalar)2, (Scalar)2 >= a);
        Truth([false, false, true], a.gt(b), a > b, a.greater(b), a > (Scalar)2, (Scalar)2 < a);
        Truth([false, true, true], a.ge(b), a >= b, a.greater_equal(b), a >= (Scalar)2, (Scalar)2 <= a);
        Tensor x = tensor(new[] { true, true, false }), y = tensor(new[] { true, false, false });
        Truth([true, false, false], x.logical_and(y), x & y, x.bitwise_and(y));
        Truth([true, true, false], x.logical_or(y), x | y);
        Truth([false, true, false], x.logical_xor(y), x ^ y);
        Truth([false, false, true], x.logical_not(), ~x);
        Tensor odd = tensor(new[] { 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity });
        Truth([false, true, false, false], odd.isnan());
        Truth([false, false, true, true], odd.isinf());
        Truth([true, false, false, false], odd.isfinite());
        Truth([false, false, true, false], odd.isposinf());
        Truth([false, false, false, true], odd.isneginf());
        Truth([true, false, true], a.isclose(tensor(new[] { 1 + 1e-9, 2.1, 3 })));
    }

    [Fact]
    public void EqualityOfWholeTensors()
    {
        using var _ = NewDisposeScope();
        Tensor a = tensor(new[] { 1.0, 2 }), b = tensor(new[] { 1.0, 2 }), c = tensor(new[] { 1.0, 2 + 1e-9 });
        Assert.True(a.Equals(b) && a.Equals((object)b));
        Assert.False(a.Equals(c) || a.Equals(null) || a.Equals("x") || a.Equals(zeros([3], ScalarType.Float64)));
        Assert.True(a.allclose(c));
        Assert.False(a.allclose(c, rtol: 0, atol: 1e-12));
        Tensor nan = tensor(double.NaN);
        Assert.False(nan.allclose(nan));
        Assert.True(nan.allclose(nan, equal_nan: true));
    }

    [Fact]
    public void TypesArePromotedAsInPyTorch()
    {
        using var _ = NewDisposeScope();
        Tensor i = tensor(new[] { 1, 2 }), f = tensor(new[] { 1f, 2 }), h = f.half();
        Assert.Equal(ScalarType.Int32, (i + 1).dtype);
        Assert.Equal(ScalarType.Float32, (i + 1.5).dtype);
        Assert.Equal(ScalarType.Float32, (i / 2).dtype);
        Assert.Equal(ScalarType.Float32, (f * 2.0).dtype);
        Assert.Equal(ScalarType.Float16, (h * 2.0).dtype);
        Assert.Equal(ScalarType.Float32, (h + f).dtype);
        Assert.Equal(ScalarType.Float32, result_type(h, f));
        Assert.Equal(ScalarType.Float32, promote_types(ScalarType.BFloat16, ScalarType.Float16));
        Assert.Equal(ScalarType.Int64, i.sum().dtype);
        Assert.Equal(ScalarType.Float64, f.sum(ScalarType.Float64).dtype);
    }

    private static void Same(double[] expected, Tensor actual)
    {
        double[] values = actual.contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], values[i], 1e-12 * (1 + Math.Abs(expected[i])));
    }

    private static void Truth(bool[] expected, params Tensor[] actual) =>
        Assert.All(actual, tensor => Assert.Equal(expected, tensor.data<bool>().ToArray()));

    // Abramowitz & Stegun 7.1.5, summed until it stands still.
    private static double Erf(double x)
    {
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }
}
