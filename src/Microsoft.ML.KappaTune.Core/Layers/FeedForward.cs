namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// down(f(up(x))), or down(f(gate(x)) · up(x)) where there is a gate (SwiGLU where f is silu; Shazeer, arXiv:2002.05202). It owns nothing:
/// its modules are registered in the model.
/// </summary>
internal sealed class FeedForward : IFeedForward
{
    /// <summary>[..., H] to [..., intermediate]; null for none.</summary>
    public LinearLayer? Gate { get; init; }

    /// <summary>[..., H] to [..., intermediate], or to twice as many: those of a gate first.</summary>
    public required LinearLayer Up { get; init; }

    /// <summary>Whether what comes of <see cref="Up"/> has those of a gate before its own.</summary>
    public bool IsGateInUp { get; init; }

    /// <summary>[..., intermediate] to [..., H].</summary>
    public required LinearLayer Down { get; init; }

    /// <summary>f, element by element.</summary>
    public required Func<Tensor, Tensor> Activation { get; init; }

    /// <summary>[..., H] to [..., H]. Tensors are disposed as soon as they are used, as in <see cref="Attention.Run"/>.</summary>
    public Tensor Run(Tensor states)
    {
        if (IsGateInUp)
        {
            using Tensor both = Up.forward(states);
            long size = both.shape[^1] / 2;
            using Tensor first = both.narrow(-1, 0, size), second = both.narrow(-1, size, size), opened = Activation(first),
                product = opened.mul(second);
            return Down.forward(product);
        }

        if (Gate is null)
        {
            using Tensor inner = Up.forward(states), active = Activation(inner);
            inner.Dispose();
            return Down.forward(active);
        }

        using Tensor gate = Gate.forward(states), open = Activation(gate), up = Up.forward(states), gated = open.mul(up);
        return Down.forward(gated);
    }
}
