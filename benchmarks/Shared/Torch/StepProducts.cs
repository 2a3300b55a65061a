using TorchSharp;
using static TorchSharp.torch;

/// <summary>Bare products of a training step, by tensors of its shapes.</summary>
internal sealed class StepProducts : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<(int Times, Action Product)> _products = [];

    /// <summary>All of them, one after the other.</summary>
    public void Run()
    {
        using var mode = no_grad();
        foreach ((int times, Action product) in _products)
        {
            for (int i = 0; i < times; i++)
            {
                using var scope = NewDisposeScope();
                product();
            }
        }
    }

    public void Dispose() => _scope.Dispose();

    /// <summary>Of linear layers: forward, and backward for what comes in and for the weight.</summary>
    /// <param name="times">Layers.</param>
    /// <param name="rows">Vectors that come in.</param>
    /// <param name="inputs">Numbers of each.</param>
    /// <param name="outputs">Numbers of each that goes out.</param>
    /// <param name="trains">Whether the weight has a gradient.</param>
    /// <param name="comesFromBelow">Whether what comes in has one.</param>
    public void Linear(int times, long rows, long inputs, long outputs, bool trains = true, bool comesFromBelow = true)
    {
        Tensor x = rand(rows, inputs), weight = rand(outputs, inputs), gradient = rand(rows, outputs);
        _products.Add((times, () =>
        {
            x.mm(weight.t());
            if (comesFromBelow)
                gradient.mm(weight);
            if (trains)
                gradient.t().mm(x);
        }
        ));
    }

    /// <summary>Of attention: scores and what they weight, then for each the gradients of both sides.</summary>
    /// <param name="times">Layers.</param>
    /// <param name="stacks">Rows times heads.</param>
    /// <param name="asking">Tokens that ask.</param>
    /// <param name="tokens">Tokens that are asked.</param>
    /// <param name="size">A head's size.</param>
    public void Attention(int times, long stacks, long asking, long tokens, long size)
    {
        Tensor query = rand(stacks, asking, size), key = rand(stacks, tokens, size), scores = rand(stacks, asking, tokens);
        _products.Add((times, () =>
        {
            query.bmm(key.transpose(1, 2));
            scores.bmm(key);
            scores.bmm(key);
            scores.transpose(1, 2).bmm(query);
            query.bmm(key.transpose(1, 2));
            scores.transpose(1, 2).bmm(query);
        }
        ));
    }
}
