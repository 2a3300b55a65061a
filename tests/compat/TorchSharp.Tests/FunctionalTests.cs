using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests;

public class FunctionalTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void AttentionIsSoftmaxOfScaledProductsTimesValues(bool causal, bool masked)
    {
        using var _ = NewDisposeScope();
        using var random = new Generator(9);
        Tensor q = Uniform(random, 2, 3, 5, 8), k = Uniform(random, 2, 3, 5, 8), v = Uniform(random, 2, 3, 5, 4);
        Tensor mask = tensor(new[,]
        {
            { true, true, false, false, true }, { true, false, false, true, true }, { true, true, true, true, true },
            { false, false, true, false, false },
            { false, true, false, true, false },
        });
        Tensor scores = q.matmul(k.mT) / Math.Sqrt(8);
        if (causal)
            scores = scores.masked_fill(ones([5, 5], ScalarType.Bool).tril().logical_not(), double.NegativeInfinity);
        if (masked)
            scores = scores.masked_fill(mask.logical_not(), double.NegativeInfinity);
        Tensor expected = scores.softmax(-1).matmul(v);
        Assert.True(F.scaled_dot_product_attention(q, k, v, masked ? mask : null, is_casual: causal).allclose(expected));
    }

    [Fact]
    public void SoftmaxSumsToOneAndDoesNotOverflow()
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(new[,] { { 1.0, 2, 3 }, { 1000, 1000, 0 } }), p = x.softmax(1);
        double sum = Math.Exp(1) + Math.Exp(2) + Math.Exp(3);
        Assert.Equal(Math.Exp(2) / sum, p[0, 1].ToDouble(), 12);
        Assert.True(p.sum(1).allclose(ones([2], ScalarType.Float64)));
        Assert.Equal(0.5, p[1, 0].ToDouble(), 12);
        Assert.True(x.log_softmax(1)[0].allclose(p[0].log()));
        Assert.Equal(ScalarType.Float32, x.softmax(1, ScalarType.Float32).dtype);
        Assert.True(F.softmax(x, 1).Equals(p) && softmax(x, 1).Equals(p) && F.log_softmax(x, 1).Equals(x.log_softmax(1)));
    }

    [Fact]
    public void LayerNormCentresAndScalesRows()
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(new[,] { { 1.0, 2, 6 }, { -1, 0, 4 } }), w = tensor(new[] { 1.0, 2, 3 }), b = tensor(new[] { 0.0, 1, 2 });
        Tensor centred = x - x.mean([1], true), expected = centred / (x.var(1, false, true) + 1e-5).sqrt() * w + b;
        Assert.True(F.layer_norm(x, [3], w, b).allclose(expected, 1e-12));
    }

    [Fact]
    public void CrossEntropyByHand()
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(new[,] { { 1.0, 2, 3 }, { 0, 0, 0 }, { 5, 1, 1 } }), y = tensor(new long[] { 2, 0, -100 });
        double first = -(3 - Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3))), second = Math.Log(3);
        Assert.Equal((first + second) / 2, F.cross_entropy(x, y).ToDouble(), 12);
        Assert.Equal(first + second, F.cross_entropy(x, y, reduction: nn.Reduction.Sum).ToDouble(), 12);
        Tensor each = F.cross_entropy(x, y, reduction: nn.Reduction.None);
        Assert.Equal([first, second, 0], each.data<double>().ToArray().Select(v => Math.Round(v, 14)), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(second, F.cross_entropy(x.narrow(0, 0, 2), y.narrow(0, 0, 2), ignore_index: 2).ToDouble(), 12);
        Tensor weight = tensor(new[] { 1.0, 1, 3 });
        Assert.Equal((3 * first + second) / 4, F.cross_entropy(x, y, weight).ToDouble(), 12);
        Assert.Equal((first + second) / 2, F.nll_loss(x.log_softmax(1), y).ToDouble(), 12);
        double smoothed = 0.9 * first + 0.1 * -(x[0].log_softmax(0).mean().ToDouble());
        Assert.Equal(smoothed, F.cross_entropy(x[TensorIndex.Slice(0, 1)], y[TensorIndex.Slice(0, 1)], label_smoothing: 0.1).ToDouble(), 12);
    }

    [Fact]
    public void OtherLossesByHand()
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(new[] { 0.5, 2, -1 }), y = tensor(new[] { 0.0, 4, -1 });
        Assert.Equal(4.25 / 3, F.mse_loss(x, y).ToDouble(), 12);
        Assert.Equal(2.5, F.l1_loss(x, y, nn.Reduction.Sum).ToDouble(), 12);
        Assert.Equal([0.125, 1.5, 0], F.smooth_l1_loss(x, y, nn.Reduction.None).data<double>().ToArray());
        Assert.Equal([0.125, 0.875, 0], F.huber_loss(x, y, 0.5, nn.Reduction.None).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
        Tensor p = tensor(new[] { 0.2, 0.9 }), t = tensor(new[] { 0.0, 1 });
        double expected = -(Math.Log(0.8) + Math.Log(0.9)) / 2;
        Assert.Equal(expected, F.binary_cross_entropy(p, t).ToDouble(), 12);
        Assert.Equal(expected, F.binary_cross_entropy_with_logits((p / (1 - p)).log(), t).ToDouble(), 12);
        Assert.Equal(
            -(Math.Log(0.8) + 3 * Math.Log(0.9)) / 2,
            F.binary_cross_entropy_with_logits((p / (1 - p)).log(), t, pos_weights: tensor(3.0)).ToDouble(), 12);
        Tensor a = tensor(new[] { 0.25, 0.75 }), b = tensor(new[] { 0.5, 0.5 });
        double divergence = 0.5 * Math.Log(0.5 / 0.25) + 0.5 * Math.Log(0.5 / 0.75);
        Assert.Equal(divergence, F.kl_div(a.log(), b.log(), reduction: nn.Reduction.Sum).ToDouble(), 12);
        Assert.Equal(divergence, F.kl_div(a.log(), b, log_target: false, reduction: nn.Reduction.Sum).ToDouble(), 12);
    }

    [Fact]
    public void LinearEmbeddingAndActivations()
    {
        using var _ = NewDisposeScope();
        Tensor x = tensor(new[,] { { 1.0, 2 } }), w = tensor(new[,] { { 1.0, 0 }, { 0, 1 }, { 1, 1 } }), b = tensor(new[] { 10.0, 20, 30 });
        Assert.Equal([11.0, 22, 33], F.linear(x, w, b).data<double>().ToArray());
        Assert.Equal([1.0, 2, 3], F.linear(x, w).data<double>().ToArray());
        Assert.Equal([1.0, 1, 0, 1], F.embedding(w, tensor(new long[] { 2, 1 })).data<double>().ToArray());
        Tensor v = tensor(new[] { -2.0, 3 });
        Assert.Equal([-0.02, 3], F.leaky_relu(v).data<double>().ToArray());
        Assert.Equal([Math.Exp(-2) - 1, 3], F.elu(v, 1).data<double>().ToArray(), (p, q) => Math.Abs(p - q) < 1e-12);
        Assert.Equal(Math.Log(1 + Math.Exp(3)), F.softplus(v)[1].ToDouble(), 12);
        Assert.Equal(1, F.cosine_similarity(x, x * 3).ToDouble(), 12);
        Tensor changed = v.clone();
        Assert.Same(changed, F.relu(changed, inplace: true));
        Assert.Equal([0.0, 3], changed.data<double>().ToArray());
        Assert.Same(changed, F.leaky_relu(changed.neg_(), 0.5, inplace: true));
        Assert.Equal([0.0, -1.5], changed.data<double>().ToArray());
        Assert.Equal(F.silu(v).ToString(), F.gelu(v).ToString());
    }

    [Fact]
    public void DropoutOnlyActsInTraining()
    {
        using Tensor x = ones(10), y = F.dropout(x, 0.9, training: false), none = F.dropout(x, 0), all = F.dropout(x, 1);
        Assert.True(x.Equals(y) && x.Equals(none));
        Assert.Equal(0, all.sum().ToSingle());
    }

    private static Tensor Uniform(Generator random, params long[] size) => empty(size, ScalarType.Float64).uniform_(-1, 1, random);
}
