using Microsoft.ML.KappaTune.Retention;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tests.Retention;

public sealed class StateDriftTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Cosine_distances_by_hand()
    {
        Tensor x = tensor(new float[] { 1, 0, 0, 2, 3, 4, 9, 9 }, [2, 2, 2]), y = tensor(new float[] { 5, 0, 3, 0, 4, 3, 0, 0 }, [2, 2, 2]);
        using var drift = new StateDrift();
        drift.Add(x, y, tensor(new long[] { 1, 1, 1, 0 }, [2, 2]));
        // The same direction and a right angle; then 24/25, and padding, which doesn't count even where it has no direction.
        Assert.Equal([0 + 1, 1 - 24 / 25.0], drift.Distances, (a, b) => Math.Abs(a - b) < 1e-12);
        drift.Add(x, -x, ones(2, 2));
        Assert.Equal(4, drift.Distances[2], 1e-12);
    }

    [Fact]
    public void What_is_the_same_didn_t_move_at_all()
    {
        using var drift = new StateDrift();
        for (int batch = 0; batch < 5; batch++)
        {
            Tensor states = States(batch) * 3 + 50;
            drift.Add(states, states.clone(), ones(4, 25));
        }

        Assert.All(drift.Distances, distance => Assert.Equal(0, distance));
        Assert.Equal(1, drift.LinearCka());
    }

    [Fact]
    public void Cka_is_that_of_its_definition()
    {
        Tensor[] x = [.. Enumerable.Range(0, 3).Select(States)], y = [.. x.Select((states, i) => (states + States(i + 10)).tanh() + 30)];
        Assert.Equal(Cka(cat(x).flatten(0, 1), cat(y).flatten(0, 1)), Measured(x, y), 1e-6);
        Assert.InRange(Measured(x, y), 0.02, 0.9);
    }

    [Fact]
    public void Cka_doesn_t_change_by_rotation_shift_and_scale()
    {
        Tensor[] x = [.. Enumerable.Range(0, 3).Select(States)];
        (Tensor rotation, _) = linalg.qr(States(99).flatten(0, 1).narrow(0, 0, 8));
        Assert.Equal(1, Measured(x, [.. x.Select(states => states.matmul(rotation))]), 1e-6);
        Assert.Equal(1, Measured(x, [.. x.Select(states => 7 * states.matmul(rotation) + 100)]), 1e-6);
        Assert.InRange(Measured(x, [.. x.Select(states => states * tensor(new float[] { 9, 1, 1, 1, 1, 1, 1, 1 }))]), 0.2, 0.9);
    }

    [Fact]
    public void Padding_is_ignored()
    {
        Tensor x = States(1), y = States(2), mask = ones([4, 25], ScalarType.Int64);
        mask.narrow(1, 20, 5).zero_();
        using StateDrift padded = new(), cut = new();
        padded.Add(x, y, mask);
        cut.Add(x.narrow(1, 0, 20), y.narrow(1, 0, 20), ones(4, 20));
        Assert.Equal(cut.Distances, padded.Distances, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(cut.LinearCka(), padded.LinearCka(), 1e-12); // the same products of the same states
    }

    private static double Measured(Tensor[] x, Tensor[] y)
    {
        using var drift = new StateDrift();
        foreach ((Tensor before, Tensor after) in x.Zip(y))
            drift.Add(before, after, ones(before.shape[0], before.shape[1]));
        return drift.LinearCka();
    }

    /// <summary>From the Gram matrices over all pairs of tokens, as the paper defines it.</summary>
    private static double Cka(Tensor x, Tensor y)
    {
        Tensor k = Gram(x), l = Gram(y);
        return ((k * l).sum() / ((k * k).sum() * (l * l).sum()).sqrt()).ToDouble();

        static Tensor Gram(Tensor states)
        {
            Tensor centred = states.to(ScalarType.Float64);
            centred = centred - centred.mean([0], keepdim: true);
            return centred.matmul(centred.t());
        }
    }

    private static Tensor States(int seed)
    {
        using var generator = new Generator((ulong)seed + 1);
        return randn([4, 25, 8], ScalarType.Float32, generator: generator);
    }
}
