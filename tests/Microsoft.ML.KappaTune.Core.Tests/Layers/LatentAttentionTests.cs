using System.Numerics;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Tests.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Layers;

/// <summary>Against plain loops over one text, in which a turned pair is a complex number.</summary>
public sealed class LatentAttentionTests : IDisposable
{
    private const int Hidden = 6, Heads = 2, Rank = 5, QueryRank = 3, Plain = 3, Turned = 4, Value = 2, Length = 5;
    private const double Scale = 0.3;

    private static readonly double[] Frequencies = [1, 0.1];

    private readonly Generator _generator = new(11);
    private readonly List<nn.Module> _modules = [];

    public void Dispose()
    {
        _modules.ForEach(module => module.Dispose());
        _generator.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_attention_with_keys_and_values_made_of_one_vector(bool hasQueryRank)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        LatentAttention attention = Attention(hasQueryRank);
        Tensor states = randn(1, Length, Hidden, ScalarType.Float64, generator: _generator);
        Tensor actual = attention.Run(states, states, Input(0), cache: null, training: false);

        double[][] x = [.. Enumerable.Range(0, Length).Select(t => Values(states[0][t]))];
        double[][] down = [.. x.Select(state => Linear(attention.KeyValueDown, state))];
        double[][] up = [.. down.Select(d => Linear(attention.KeyValueUp, Norm(attention.KeyValueNorm, d[..Rank])))];
        for (int t = 0; t < Length; t++)
        {
            double[] below = hasQueryRank ? Norm(attention.QueryNorm!, Linear(attention.QueryDown!, x[t])) : x[t];
            double[] query = Linear(attention.Query, below);
            var context = new List<double>();
            for (int head = 0; head < Heads; head++)
            {
                double[] own = query[(head * (Plain + Turned))..][..(Plain + Turned)];
                double[] odds = [.. Enumerable.Range(0, t + 1).Select(s => Math.Exp(Scale * (
                    Dot(own[..Plain], up[s][(head * (Plain + Value))..][..Plain])
                    + Dot(Turn(own[Plain..], t), Turn(down[s][Rank..], s)))))];
                for (int i = 0; i < Value; i++)
                {
                    int place = head * (Plain + Value) + Plain + i;
                    context.Add(odds.Select((odd, s) => odd * up[s][place]).Sum() / odds.Sum());
                }
            }

            double[] expected = Linear(attention.Output, [.. context]);
            Assert.All(expected.Zip(Values(actual[0][t])), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        }
    }

    [Fact]
    public void Tokens_after_those_of_a_cache_see_these()
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        LatentAttention attention = Attention(hasQueryRank: false);
        Tensor states = randn(1, Length, Hidden, ScalarType.Float64, generator: _generator);
        Tensor whole = attention.Run(states, states, Input(0), cache: null, training: false);
        using var cache = new KeyValueCache(1);
        Tensor first = states.narrow(1, 0, 3), rest = states.narrow(1, 3, Length - 3);
        attention.Run(first, first, Input(0, 3), cache[0], training: false);
        Tensor last = attention.Run(rest, rest, Input(3), cache[0], training: false);
        Assert.InRange(StoredTensors.Difference(last, whole.narrow(1, 3, Length - 3)), 0, 1e-12);
    }

    private LatentAttention Attention(bool hasQueryRank) => new()
    {
        QueryDown = hasQueryRank ? NewLinear(Hidden, QueryRank) : null,
        QueryNorm = hasQueryRank ? NewNorm(QueryRank) : null,
        Query = NewLinear(hasQueryRank ? QueryRank : Hidden, Heads * (Plain + Turned)),
        KeyValueDown = NewLinear(Hidden, Rank + Turned),
        KeyValueNorm = NewNorm(Rank),
        KeyValueUp = NewLinear(Rank, Heads * (Plain + Value)),
        Output = NewLinear(Heads * Value, Hidden),
        HeadCount = Heads,
        PlainSize = Plain,
        TurnedSize = Turned,
        ValueSize = Value,
        Scale = Scale,
    };

    /// <summary>Of the tokens from one on: what lets them see those before them, and their angles.</summary>
    private static AttentionInput Input(int first, int end = Length)
    {
        Tensor bias = ones([end - first, end], ScalarType.Float64).triu(1 + first).mul(-1e9).view(1, 1, end - first, end);
        return new(bias) { Angles = new(At(Math.Cos, 1), At(Math.Sin, -1)) };

        Tensor At(Func<double, double> function, int sign) => tensor(
            Enumerable.Range(first, end - first).SelectMany(
                t => Frequencies.Select(f => sign * function(t * f)).Concat(Frequencies.Select(f => function(t * f)))).ToArray(),
            [1, 1, end - first, Turned]);
    }

    private LinearLayer NewLinear(long inputs, long outputs)
    {
        var layer = new LinearLayer(inputs, outputs, hasBias: false, ScalarType.Float64, CPU);
        using Tensor values = randn(outputs, inputs, ScalarType.Float64, generator: _generator);
        layer.Weight.copy_(values);
        _modules.Add(layer);
        return layer;
    }

    private RmsNorm NewNorm(long size)
    {
        var norm = new RmsNorm(size, 1e-6, ScalarType.Float64, CPU);
        using Tensor values = randn(size, ScalarType.Float64, generator: _generator);
        norm.get_parameter("weight")!.copy_(values);
        _modules.Add(norm);
        return norm;
    }

    /// <summary>Neighbours are one complex number.</summary>
    private static double[] Turn(double[] values, int position) =>
        [.. Frequencies.SelectMany((frequency, pair) =>
        {
            Complex point = new Complex(values[2 * pair], values[2 * pair + 1]) * Complex.FromPolarCoordinates(1, position * frequency);
            return new[] { point.Real, point.Imaginary };
        })];

    private static double[] Linear(LinearLayer layer, double[] x) =>
        [.. Enumerable.Range(0, (int)layer.Weight.shape[0]).Select(row => Dot(Values(layer.Weight[row]), x))];

    private static double[] Norm(nn.Module<Tensor, Tensor> norm, double[] x) =>
        [.. x.Zip(Values(norm.get_parameter("weight")!), (value, weight) =>
            value / Math.Sqrt(x.Average(y => y * y) + 1e-6) * weight)];

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    private static double[] Values(Tensor row) => [.. row.detach().data<double>()];
}
