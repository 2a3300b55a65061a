using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

/// <summary>A small BERT that classifies every token: ids [batch, length] to logits [batch, length, classes].</summary>
internal sealed class Encoder : Module<Tensor, Tensor>
{
    private readonly Embedding tokens, positions;
    private readonly LayerNorm norm;
    private readonly ModuleList<EncoderLayer> layers;
    private readonly Linear head;

    internal Encoder(long vocabulary, long length, long width, long heads, int count, long classes, double dropout) : base(nameof(Encoder))
    {
        (tokens, positions) = (Embedding(vocabulary, width), Embedding(length, width));
        norm = LayerNorm(width);
        layers = ModuleList([.. Enumerable.Range(0, count).Select(_ => new EncoderLayer(width, heads, dropout))]);
        head = Linear(width, classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        Tensor x = norm.call(tokens.call(ids) + positions.call(arange(ids.size(1))));
        foreach (EncoderLayer layer in layers)
            x = layer.call(x);
        return head.call(x).MoveToOuterDisposeScope();
    }
}

/// <summary>Self-attention and a feed-forward network, each added to its input and normalised.</summary>
internal sealed class EncoderLayer : Module<Tensor, Tensor>
{
    private readonly long _heads;
    private readonly Linear query, key, value, output, up, down;
    private readonly LayerNorm norm1, norm2;
    private readonly Dropout dropout;

    internal EncoderLayer(long width, long heads, double p) : base(nameof(EncoderLayer))
    {
        _heads = heads;
        (query, key, value, output) = (Linear(width, width), Linear(width, width), Linear(width, width), Linear(width, width));
        (up, down) = (Linear(width, 4 * width), Linear(4 * width, width));
        (norm1, norm2) = (LayerNorm(width), LayerNorm(width));
        dropout = Dropout(p);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        // What the backward pass doesn't need is freed here, and what it needs as soon as it is done with it.
        using var scope = NewDisposeScope();
        long batch = x.size(0), length = x.size(1), width = x.size(2);
        Tensor Split(Tensor y) => y.view(batch, length, _heads, width / _heads).transpose(1, 2);

        Tensor attended = functional.scaled_dot_product_attention(Split(query.call(x)), Split(key.call(x)), Split(value.call(x)));
        attended = attended.transpose(1, 2).reshape(batch, length, width);
        x = norm1.call(x + dropout.call(output.call(attended)));
        return norm2.call(x + dropout.call(down.call(functional.gelu(up.call(x))))).MoveToOuterDisposeScope();
    }
}
