namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// Attention in which the keys and values of all heads are made of one short vector a token (DeepSeek-AI, arXiv:2405.04434). A part of each
/// query and key has no position; the other is turned by it, and is one for the keys of all heads. It owns nothing: its modules are
/// registered in the model. A cache keeps the keys and values of all heads.
/// </summary>
internal sealed class LatentAttention : IAttention
{
    /// <summary>[..., H] to a short vector of each token's own, [..., rank]; null where queries are made of the states.</summary>
    public LinearLayer? QueryDown { get; init; }

    /// <summary>Normalises that.</summary>
    public nn.Module<Tensor, Tensor>? QueryNorm { get; init; }

    /// <summary>[..., H or rank] to [..., heads · (p + r)].</summary>
    public required LinearLayer Query { get; init; }

    /// <summary>[..., H] to the short vector, and the keys' part that is turned, [..., rank + r].</summary>
    public required LinearLayer KeyValueDown { get; init; }

    /// <summary>Normalises the short vector.</summary>
    public required nn.Module<Tensor, Tensor> KeyValueNorm { get; init; }

    /// <summary>[..., rank] to a key and a value of each head, [..., heads · (p + v)].</summary>
    public required LinearLayer KeyValueUp { get; init; }

    /// <summary>[..., heads · v] to [..., H].</summary>
    public required LinearLayer Output { get; init; }

    public required int HeadCount { get; init; }

    /// <summary>p, the values of a query or key that have no position.</summary>
    public required int PlainSize { get; init; }

    /// <summary>r, the values that are turned: each two neighbours are a point in the plane.</summary>
    public required int TurnedSize { get; init; }

    /// <summary>v.</summary>
    public required int ValueSize { get; init; }

    /// <summary>What scores are multiplied by.</summary>
    public required double Scale { get; init; }

    /// <summary>The share of attention's weights that training drops.</summary>
    public double Dropout { get; init; }

    public Tensor Run(Tensor asking, Tensor hidden, AttentionInput input, KeyValueCache.LayerCache? cache, bool training)
    {
        using var scope = NewDisposeScope();
        Tensor query = Queries(asking, input.Angles!);
        (Tensor key, Tensor value) = KeysAndValues(hidden, input.Angles!);
        if (cache is not null)
            (key, value) = (cache.AddKeys(key), cache.AddValues(value));
        Tensor weights = input.AddTo(query.Product(key.transpose(-2, -1))).softmax(-1);
        if (training && Dropout > 0)
            weights = DropoutMask.Apply(weights, Dropout);
        Tensor context = weights.Product(value).transpose(1, 2).flatten(2);
        return Output.forward(context).MoveToOuterDisposeScope();
    }

    /// <summary>[B, heads, K, p + r].</summary>
    private Tensor Queries(Tensor states, RotaryAngles angles)
    {
        if (QueryDown is not null)
            states = QueryNorm!.forward(QueryDown.forward(states));
        Tensor[] parts = Heads(Query.forward(states).TimesInPlace(Scale)).split([PlainSize, TurnedSize], -1);
        return cat([parts[0], Turned(parts[1], angles)], -1);
    }

    /// <summary>[B, heads, T, p + r] and [B, heads, T, v].</summary>
    private (Tensor Keys, Tensor Values) KeysAndValues(Tensor states, RotaryAngles angles)
    {
        Tensor down = KeyValueDown.forward(states);
        Tensor[] shared = down.split([down.shape[^1] - TurnedSize, TurnedSize], -1);
        Tensor[] own = Heads(KeyValueUp.forward(KeyValueNorm.forward(shared[0]))).split([PlainSize, ValueSize], -1);
        Tensor turned = Turned(shared[1].unsqueeze(1), angles).expand(-1, HeadCount, -1, -1);
        return (cat([own[0], turned], -1), own[1]);
    }

    /// <summary>
    /// Products of queries and keys don't ask for the order of their values, so that the points' first values are put before their second
    /// ones, as angles want them.
    /// </summary>
    private static Tensor Turned(Tensor states, RotaryAngles angles)
    {
        long[] shape = states.shape;
        return angles.Turn(states.reshape([.. shape[..^1], shape[^1] / 2, 2]).transpose(-2, -1).reshape(shape));
    }

    /// <summary>[B, T, heads · d] to [B, heads, T, d].</summary>
    private Tensor Heads(Tensor states) => states.view(states.shape[0], states.shape[1], HeadCount, -1).transpose(1, 2);
}
