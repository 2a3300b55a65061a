using TorchSharp;
using static TorchSharp.torch;

/// <summary>
/// The bare products of a step of full fine-tuning, by tensors of the same shapes: of every linear layer forward, and backward for what
/// comes in and for the weight; of attention as well. A classifier needs the last layer's first token only.
/// </summary>
internal sealed class MatrixProducts : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly List<(int Times, Action Product)> _products = [];

    public MatrixProducts(EncoderShape shape, int rows, int tokens)
    {
        long all = rows * tokens, hidden = shape.Hidden, inner = shape.Intermediate, size = hidden / shape.Heads;
        int whole = shape.Layers - 1;
        Linear(4 * whole + 2, all, hidden, hidden);
        Linear(whole, all, hidden, inner);
        Linear(whole, all, inner, hidden);
        Linear(2, rows, hidden, hidden);
        Linear(1, rows, hidden, inner);
        Linear(1, rows, inner, hidden);
        Attention(whole, rows * shape.Heads, tokens, tokens, size);
        Attention(1, rows * shape.Heads, 1, tokens, size);
    }

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

    private void Linear(int times, long rows, long inputs, long outputs)
    {
        Tensor x = rand(rows, inputs), weight = rand(outputs, inputs), gradient = rand(rows, outputs);
        _products.Add((times, () =>
        {
            x.mm(weight.t());
            gradient.mm(weight);
            gradient.t().mm(x);
        }
        ));
    }

    private void Attention(int times, long stacks, long asking, long tokens, long size)
    {
        Tensor query = rand(stacks, asking, size), key = rand(stacks, tokens, size), scores = rand(stacks, asking, tokens);
        _products.Add((times, () =>
        {
            // Scores and what they weight; then for each the gradients of both sides.
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
