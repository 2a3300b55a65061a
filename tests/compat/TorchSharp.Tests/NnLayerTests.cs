using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public class NnLayerTests
{
    private static double[] Values(Tensor tensor) => tensor.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();

    private static Tensor Rows(double[,] values) => tensor(values);

    [Fact]
    public void LinearIsInputTimesWeightTransposedPlusBias()
    {
        using Linear linear = Linear(2, 3, dtype: ScalarType.Float64);
        linear.weight = Parameter(Rows(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }));
        linear.bias = Parameter(tensor(new double[] { 10, 20, 30 }));
        Assert.Equal([15, 31, 47], Values(linear.call(Rows(new double[,] { { 1, 2 } }))));
        Assert.Equal(["weight", "bias"], linear.state_dict().Keys);
    }

    [Fact]
    public void LinearStartsWithinTheInverseRootOfItsInputs()
    {
        using Linear linear = Linear(100, 50), unbiased = Linear(100, 50, hasBias: false);
        Assert.True(linear.weight.abs().max().item<float>() is > 0.09f and <= 0.1f);
        Assert.True(linear.bias!.abs().max().item<float>() is > 0.05f and <= 0.1f);
        Assert.Null(unbiased.bias);
        Assert.True(linear.weight.requires_grad);
    }

    [Fact]
    public void LayerNormHasZeroMeanAndUnitVariance()
    {
        using LayerNorm norm = LayerNorm(4, eps: 0, dtype: ScalarType.Float64), bare = LayerNorm([4], elementwise_affine: false), unbiased = LayerNorm(4, bias: false);
        using Tensor input = Rows(new double[,] { { 1, 2, 3, 4 } });
        double step = 2 / Math.Sqrt(5);
        Assert.Equal([-1.5 * step, -0.5 * step, 0.5 * step, 1.5 * step], Values(norm.call(input)).Select(v => Math.Round(v, 12)),
            (a, b) => Math.Abs(a - b) < 1e-10);
        Assert.Empty(bare.parameters());
        Assert.Equal(["weight"], unbiased.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void EmbeddingLooksUpRows()
    {
        using Embedding table = Embedding(5, 3, padding_idx: -1);
        using Tensor indices = tensor(new long[] { 1, 4, 1 });
        using Tensor rows = table.call(indices);
        Assert.Equal([3, 3], rows.shape);
        Assert.Equal(Values(table.weight[1]), Values(rows[2]));
        Assert.Equal([0, 0, 0], Values(rows[1]));
        rows.sum().backward();
        Assert.Equal([0, 0, 0, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0], Values(table.weight.grad!));
        Assert.Throws<ArgumentOutOfRangeException>(() => Embedding(5, 3, padding_idx: 5));
    }

    [Fact]
    public void EmbeddingShrinksRowsToTheirGreatestNorm()
    {
        using Embedding table = Embedding(1, 2, max_norm: 1);
        table.weight = new Parameter(Rows(new double[,] { { 3, 4 }, { 0.3, 0.4 }, { 30, 40 } }));
        using Tensor rows = table.call(tensor(new long[] { 0, 1 }));
        Assert.Equal([0.6, 0.8, 0.3, 0.4], Values(rows), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([30, 40], Values(table.weight[2]));
    }

    [Fact]
    public void DropoutIsActiveInTrainingAlone()
    {
        manual_seed(1);
        using Dropout dropout = Dropout(0.25);
        using Tensor input = ones(10000);
        double[] values = Values(dropout.call(input));
        Assert.Equal([0, 1 / 0.75], values.Distinct().Order(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.InRange(values.Count(v => v == 0), 2200, 2800);
        dropout.eval();
        Assert.All(Values(dropout.call(input)), value => Assert.Equal(1, value));
    }

    [Fact]
    public void ActivationsAreTheirFormulas()
    {
        double[] x = [-2, -0.5, 0, 0.5, 2];
        using Tensor input = tensor(x);
        void Check(Module<Tensor, Tensor> module, Func<double, double> formula)
        {
            using (module)
                Assert.Equal(x.Select(formula), Values(module.call(input)), (a, b) => Math.Abs(a - b) < 1e-12);
        }
        Check(ReLU(), v => Math.Max(v, 0));
        Check(SiLU(), v => v / (1 + Math.Exp(-v)));
        Check(Sigmoid(), v => 1 / (1 + Math.Exp(-v)));
        Check(Tanh(), Math.Tanh);
        Check(Identity(), v => v);
        Check(Softmax(0), v => Math.Exp(v) / x.Sum(Math.Exp));
        // Φ at ±0.5 and ±2, from tables.
        double[] phi = [0.022750131948179, 0.308537538725987, 0.5, 0.691462461274013, 0.977249868051821];
        Check(GELU(), v => v * phi[Array.IndexOf(x, v)]);
    }

    [Fact]
    public void SequentialRunsInOrder()
    {
        using Sequential sequential = Sequential(Linear(2, 3), ReLU(), Linear(3, 1));
        Assert.Equal(3, sequential.Count);
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], sequential.named_parameters().Select(p => p.name));
        using Tensor input = ones(4, 2);
        Assert.Equal([4, 1], sequential.call(input).shape);
        using Sequential empty = Sequential();
        Assert.Equal([1, 1], Values(empty.call(ones(2))));
        Assert.False(input.IsInvalid);
    }

    [Fact]
    public void LossesAreTheirFormulas()
    {
        using Tensor logits = Rows(new double[,] { { 1, 2, 0 }, { 0.5, -1, 3 } });
        using Tensor classes = tensor(new long[] { 1, 0 });
        double LogSum(params double[] v) => Math.Log(v.Sum(Math.Exp));
        double first = LogSum(1, 2, 0) - 2, second = LogSum(0.5, -1, 3) - 0.5;
        void Close(double expected, Tensor actual) => Assert.Equal(expected, actual.item<double>(), 1e-12);

        Close((first + second) / 2, CrossEntropyLoss().call(logits, classes));
        Close(first + second, CrossEntropyLoss(reduction: Reduction.Sum).call(logits, classes));
        Close(second, CrossEntropyLoss(ignore_index: 1).call(logits, classes));
        Close((2 * first + second) / 3, CrossEntropyLoss(weight: tensor(new double[] { 1, 2, 3 })).call(logits, classes));
        double uniform = (3 * LogSum(1, 2, 0) - 3) / 3;
        Close(0.9 * first + 0.1 * uniform, new CrossEntropyLoss(label_smoothing: 0.1).call(logits[..1], classes[..1]));
        Close((first + second) / 2, NLLLoss().call(logits.log_softmax(1), classes));
        Close(1.25, MSELoss().call(tensor(new double[] { 1, 2 }), tensor(new[] { 2.5, 1.5 })));
        Close((Math.Log(1 + Math.Exp(-1)) * 3 + Math.Log(1 + Math.Exp(2))) / 2,
            BCEWithLogitsLoss(pos_weights: tensor(3.0)).call(tensor(new double[] { 1, 2 }), tensor(new double[] { 1, 0 })));
    }

    public static TheoryData<string> Differentiable => ["linear", "norm", "gelu", "silu", "tanh", "sigmoid", "softmax", "embedding", "sequence"];

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void GradientsAgreeWithFiniteDifferences(string kind)
    {
        manual_seed(3);
        using Module<Tensor, Tensor> module = kind switch
        {
            "linear" => Linear(3, 2, dtype: ScalarType.Float64),
            "norm" => LayerNorm(3, dtype: ScalarType.Float64),
            "gelu" => GELU(),
            "silu" => SiLU(),
            "tanh" => Tanh(),
            "sigmoid" => Sigmoid(),
            "softmax" => Softmax(-1),
            "embedding" => Embedding(4, 3, dtype: ScalarType.Float64),
            _ => Sequential(Linear(3, 4, dtype: ScalarType.Float64), GELU(), LayerNorm(4, dtype: ScalarType.Float64), Linear(4, 2, dtype: ScalarType.Float64)),
        };
        using var input = kind == "embedding" ? tensor(new long[] { 0, 2, 2 }) : randn(2, 3, dtype: ScalarType.Float64, requires_grad: true);
        using Tensor weights = linspace(0.5, 2, 9, dtype: ScalarType.Float64);

        // A loss that tells the elements of the output apart.
        Tensor Loss()
        {
            Tensor output = module.call(input).reshape(-1);
            return (output * output * weights[..(int)output.numel()]).sum();
        }
        Loss().backward();

        foreach (Tensor variable in kind == "embedding" ? module.parameters() : module.parameters().Append(input))
        {
            double[] analytic = Values(variable.grad!);
            for (int i = 0; i < analytic.Length; i++)
            {
                using var guard = no_grad();
                double At(double shift)
                {
                    variable.view(-1)[i].add_(shift);
                    double loss = Loss().item<double>();
                    variable.view(-1)[i].sub_(shift);
                    return loss;
                }
                double numeric = (At(1e-6) - At(-1e-6)) / 2e-6;
                Assert.Equal(numeric, analytic[i], 1e-6 * Math.Max(1, Math.Abs(numeric)));
            }
        }
    }
}
