using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Layers;

public sealed class SparseMoeTests
{
    private const int Hidden = 6, Width = 5, Count = 4;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(2, false)]
    [InlineData(4, true)]
    public void A_tokens_output_is_the_weighted_sum_of_its_experts(int chosen, bool renormalises)
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts(seed: 3);
        SparseMoe moe = parts.Mixture(chosen, renormalises);
        Tensor states = parts.States(2, 5);
        Tensor actual = moe.Run(states);
        Assert.Equal([2, 5, Hidden], actual.shape);
        for (int i = 0; i < 10; i++)
        {
            Tensor token = states.view(-1, Hidden)[i];
            double[] p = [.. moe.Router.forward(token).softmax(-1).data<double>()];
            int[] best = [.. Enumerable.Range(0, Count).OrderByDescending(expert => p[expert]).Take(chosen)];
            double sum = renormalises ? best.Sum(expert => p[expert]) : 1;
            Tensor expected = best.Select(expert => moe.Experts[expert].Run(token) * (p[expert] / sum)).Aggregate((x, y) => x + y);
            Assert.InRange(StoredTensors.Difference(actual.view(-1, Hidden)[i], expected), 0, 1e-12);
        }
    }

    /// <summary>The same gradients as all experts computed for all tokens, their outputs weighted by what the router chose.</summary>
    [Fact]
    public void Gradients_are_those_of_the_dense_sum()
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts(seed: 4);
        SparseMoe moe = parts.Mixture(2, renormalises: true);
        Tensor states = parts.States(1, 7).requires_grad_();
        moe.Run(states).sin().sum().backward();
        Dictionary<string, Tensor> sparse = parts.Gradients();
        Tensor ofStates = states.grad!.clone();
        parts.Clear();
        states.grad = null;

        Tensor p = moe.Router.forward(states).softmax(-1);
        Tensor least = p.topk(2, -1).values.min(-1, keepdim: true).values;
        Tensor weights = p * p.ge(least).to(ScalarType.Float64);
        weights = weights / weights.sum(-1, keepdim: true);
        Tensor dense = moe.Experts.Select((expert, i) => expert.Run(states) * weights.narrow(-1, i, 1)).Aggregate((x, y) => x + y);
        dense.sin().sum().backward();
        foreach ((string name, Tensor gradient) in parts.Gradients())
            Assert.InRange(StoredTensors.Difference(sparse[name], gradient), 0, 1e-12);
        Assert.InRange(StoredTensors.Difference(ofStates, states.grad!), 0, 1e-12);
    }

    [Fact]
    public void An_expert_without_tokens_computes_nothing_and_gets_no_gradient()
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts(seed: 5);
        SparseMoe moe = parts.Mixture(1, renormalises: false);
        Tensor token = parts.States(1, 1);
        int best = (int)moe.Router.forward(token).argmax().item<long>();
        moe.Run(token).sum().backward();
        for (int expert = 0; expert < Count; expert++)
            Assert.Equal(expert == best, moe.Experts[expert].Up.Weight.grad is not null);
    }

    [Fact]
    public void The_shared_expert_computes_for_every_token_and_is_weighed()
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts(seed: 6);
        SparseMoe alone = parts.Mixture(2, renormalises: false);
        Tensor states = parts.States(2, 3);
        FeedForward shared = parts.FeedForward(9);
        LinearLayer weight = parts.Linear(Hidden, 1);
        SparseMoe whole = Copy(shared, null), weighed = Copy(shared, weight);
        Tensor routed = alone.Run(states), always = shared.Run(states);
        Assert.InRange(StoredTensors.Difference(whole.Run(states), routed + always), 0, 1e-12);
        Assert.InRange(StoredTensors.Difference(weighed.Run(states), routed + always * weight.forward(states).sigmoid()), 0, 1e-12);

        SparseMoe Copy(FeedForward its, LinearLayer? itsWeight) => new()
        {
            Router = alone.Router,
            Experts = alone.Experts,
            ChosenCount = alone.ChosenCount,
            Renormalises = alone.Renormalises,
            Shared = its,
            SharedWeight = itsWeight,
        };
    }

    [Fact]
    public void Logits_are_kept_where_they_are_wanted_and_on_the_thread_that_wants_them()
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts(seed: 7);
        SparseMoe moe = parts.Mixture(2, renormalises: true);
        Tensor states = parts.States(1, 4);
        using var outer = RouterLogits.Begin();
        moe.Run(states);
        using (var inner = RouterLogits.Begin())
        {
            moe.Run(states);
            Assert.Equal([4, Count], Assert.Single(inner.Layers).shape);
        }

        var other = new Thread(() => moe.Run(states).Dispose());
        other.Start();
        other.Join();
        moe.Run(states);
        Assert.Equal(2, outer.Layers.Count);
        Assert.Equal(0, StoredTensors.Difference(outer.Layers[1], moe.Router.forward(states.view(-1, Hidden))));
    }

    [Fact]
    public void Balance_is_the_number_of_choices_where_all_experts_have_equally_much_to_do()
    {
        using var scope = NewDisposeScope();
        using var routers = RouterLogits.Begin();
        Assert.Throws<InvalidOperationException>(() => routers.BalanceLoss(1));
        RouterLogits.Record(eye(4).mul(50)); // Each token is another expert's, for certain.
        Assert.Equal(1, routers.BalanceLoss(1).ToDouble(), 1e-6);
        RouterLogits.Record(tensor(new float[,] { { 50, 0, 0, 0 }, { 50, 0, 0, 0 }, { 50, 0, 0, 0 }, { 50, 0, 0, 0 } }));
        // Of eight tokens five are the first expert's: 4 · ((5/8)² + 3 · (1/8)²).
        Assert.Equal(4 * (25 + 3) / 64.0, routers.BalanceLoss(1).ToDouble(), 1e-6);
        // The first and the last token of each layer: three are the first expert's, one the last's.
        Assert.Equal(4 * (9 + 1) / 16.0, routers.BalanceLoss(1, tensor(new long[,] { { 1, 0 }, { 0, 2 } })).ToDouble(), 1e-6);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void Of_half_precision_the_probabilities_are_found_in_single(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var parts = new Parts(seed: 8, type);
        Tensor output = parts.Mixture(2, renormalises: true).Run(parts.States(1, 4));
        Assert.Equal(type, output.dtype);
        Assert.True(output.isfinite().all().item<bool>());
        Assert.Equal(ScalarType.Float32, SparseMoe.Probabilities(parts.States(1, 4)).dtype);
    }

    [Fact]
    public void Choices_are_sorted_by_expert_and_stay_in_the_order_of_their_tokens()
    {
        var groups = ExpertGroups.From([3, 1, 1, 0, 3, 1], expertCount: 5, perToken: 2);
        Assert.Equal([0, 1, 3], groups.Experts);
        Assert.Equal([1, 3, 2], groups.Sizes);
        Assert.Equal([3, 1, 2, 5, 0, 4], groups.Choices);
        Assert.Equal([1, 0, 1, 2, 0, 2], groups.Owners);
    }

    /// <summary>A router and experts with random values.</summary>
    private sealed class Parts : IDisposable
    {
        private readonly Generator _generator;
        private readonly ScalarType _type;
        private readonly List<LinearLayer> _layers = [];

        public Parts(ulong seed, ScalarType type = ScalarType.Float64) => (_generator, _type) = (new(seed), type);

        public SparseMoe Mixture(int chosen, bool renormalises) => new()
        {
            Router = Linear(Hidden, Count),
            Experts = [.. Enumerable.Range(0, Count).Select(_ => FeedForward(Width))],
            ChosenCount = chosen,
            Renormalises = renormalises,
        };

        public FeedForward FeedForward(int width) => new()
        {
            Gate = Linear(Hidden, width),
            Up = Linear(Hidden, width),
            Down = Linear(width, Hidden),
            Activation = Activation.Function("silu"),
        };

        public LinearLayer Linear(long inputs, long outputs)
        {
            var layer = new LinearLayer(inputs, outputs, hasBias: false, _type, CPU);
            using var guard = no_grad();
            using Tensor values = randn(outputs, inputs, generator: _generator);
            layer.Weight.copy_(values);
            _layers.Add(layer);
            return layer;
        }

        public Tensor States(long batch, long length) => randn(batch, length, Hidden, generator: _generator).to(_type);

        public Dictionary<string, Tensor> Gradients() => _layers.Select((layer, i) => ($"{i}", layer.Weight.grad!.clone()))
            .ToDictionary(pair => pair.Item1, pair => pair.Item2);

        public void Clear() => _layers.ForEach(layer => layer.Weight.grad = null);

        public void Dispose()
        {
            _layers.ForEach(layer => layer.Dispose());
            _generator.Dispose();
        }
    }
}
