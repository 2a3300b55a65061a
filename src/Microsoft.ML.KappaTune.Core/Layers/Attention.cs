namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// softmax(q·kᵀ/√d + bias)·v for every head (Vaswani et al., arXiv:1706.03762), and a projection of the heads' outputs. Several heads of
/// queries may share one of keys and values (Ainslie et al., arXiv:2305.13245). It owns nothing: its modules are registered in the model.
/// </summary>
internal sealed class Attention : IAttention
{
    /// <summary>[..., H] to [..., heads · d]; null, as are the next two, where <see cref="QueryKeyValue"/> is all of them.</summary>
    public LinearLayer? Query { get; init; }

    /// <summary>[..., H] to [..., key-value heads · d].</summary>
    public LinearLayer? Key { get; init; }

    /// <summary>[..., H] to [..., key-value heads · d].</summary>
    public LinearLayer? Value { get; init; }

    /// <summary>[..., H] to the queries of all heads, then their keys, then their values; null where they are apart.</summary>
    public LinearLayer? QueryKeyValue { get; init; }

    /// <summary>[..., heads · d] to [..., H].</summary>
    public required LinearLayer Output { get; init; }

    /// <summary>Normalises queries; null for not at all.</summary>
    public nn.Module<Tensor, Tensor>? QueryNorm { get; init; }

    /// <summary>Normalises keys; null for not at all.</summary>
    public nn.Module<Tensor, Tensor>? KeyNorm { get; init; }

    /// <summary>Whether those of all heads are normalised as one vector, [..., heads · d]; else those of each head, [..., d].</summary>
    public bool NormalisesProjections { get; init; }

    /// <summary>What queries, keys and values are limited to, up and down; null for nothing.</summary>
    public double? LargestProjection { get; init; }

    /// <summary>Heads of queries.</summary>
    public required int HeadCount { get; init; }

    /// <summary>Heads of keys and values, of which the heads of queries are a multiple.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>d.</summary>
    public required int HeadSize { get; init; }

    /// <summary>What scores are multiplied by: 1/√d, as a rule.</summary>
    public required double Scale { get; init; }

    /// <summary>What scores can't exceed: c · tanh(score / c); null for no limit.</summary>
    public double? ScoreCap { get; init; }

    /// <summary>The share of attention's weights that training drops.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Whether one operation of the tensor library does all of it, which keeps no scores for gradients, where no score is limited and
    /// none is dropped. Its last digits differ from those of the operations one by one.
    /// </summary>
    public bool IsFused { get; init; }

    /// <inheritdoc/>
    /// <remarks>
    /// What is written in place is an output whose value no gradient needs: of a linear layer, of a product. Tensors are disposed as soon
    /// as they are used, so that the next ones take their memory, warm in the cache.
    /// </remarks>
    public Tensor Run(Tensor asking, Tensor hidden, AttentionInput input, KeyValueCache.LayerCache? cache, bool training)
    {
        using Tensor joined = Attend(asking, hidden, input, cache, training);
        return Output.forward(joined);
    }

    /// <summary>What the heads give, [B, K, heads · d].</summary>
    private Tensor Attend(Tensor asking, Tensor hidden, AttentionInput input, KeyValueCache.LayerCache? cache, bool training)
    {
        using var scope = NewDisposeScope();
        (long batch, long queries) = (asking.shape[0], asking.shape[1]);
        bool isFused = IsFused && ScoreCap is null && !(training && Dropout > 0);
        Tensor? all = QueryKeyValue?.forward(hidden);
        // The operation scales by 1/√d itself.
        Tensor query = Turned(Queries(
            asking, ReferenceEquals(asking, hidden) ? all : QueryKeyValue?.forward(asking), isFused ? Scale * Math.Sqrt(HeadSize) : Scale));
        Tensor keys = all is null ? Key!.forward(hidden) : Part(all, HeadCount, KeyValueHeadCount);
        Tensor key = Turned(KeyNorm is null ? Heads(Limited(keys), KeyValueHeadCount) : Normal(KeyNorm, keys, KeyValueHeadCount));
        key = cache?.AddKeys(key) ?? key;
        using Tensor context = isFused ? Fused(query, key, Values(), input.Bias) : OneByOne(query, key, Values, input, training);
        return context.transpose(1, 2).reshape(batch, queries, HeadCount * HeadSize).MoveToOuterDisposeScope();

        Tensor Turned(Tensor states) => input.Angles?.Turn(states) ?? states;

        Tensor Values()
        {
            Tensor values = all is null ? Value!.forward(hidden) : Part(all, HeadCount + KeyValueHeadCount, KeyValueHeadCount);
            Tensor value = Heads(Limited(values), KeyValueHeadCount);
            return cache?.AddValues(value) ?? value;
        }
    }

    /// <summary>What the heads give, [B, heads, K, d], of scaled queries, keys, and what makes the values once scores are done with.</summary>
    private Tensor OneByOne(Tensor query, Tensor key, Func<Tensor> values, AttentionInput input, bool training)
    {
        (long batch, long queries, long length) = (query.shape[0], query.shape[2], key.shape[2]);
        // The heads that share keys and values are one head of so many times more queries, so that keys and values aren't copied.
        long together = HeadCount / KeyValueHeadCount * queries;
        using Tensor product = query.reshape(batch, KeyValueHeadCount, together, HeadSize).Product(key.transpose(-2, -1));
        using Tensor scores = Capped(product.view(batch, HeadCount, queries, length));
        Tensor weights = input.AddTo(scores).softmax(-1);
        scores.Dispose();
        product.Dispose();
        if (training && Dropout > 0)
            weights = DropoutMask.Apply(weights, Dropout);
        return weights.view(batch, KeyValueHeadCount, together, length).Product(values()).view(batch, HeadCount, queries, HeadSize);

        Tensor Capped(Tensor states) => ScoreCap is { } cap ? states.DividedByInPlace(cap).tanh().Times(cap) : states;
    }

    /// <summary>The same by one operation.</summary>
    private Tensor Fused(Tensor query, Tensor key, Tensor value, Tensor? bias)
    {
        (long batch, long queries, long length) = (query.shape[0], query.shape[2], key.shape[2]);
        long together = HeadCount / KeyValueHeadCount;
        if (queries == 1)
        {
            // Of one token, the heads that share keys and values are as many queries of one head.
            return nn.functional.scaled_dot_product_attention(
                query.reshape(batch, KeyValueHeadCount, together, HeadSize), key, value, bias).reshape(batch, HeadCount, 1, HeadSize);
        }

        bool isWhole = bias is null && queries == length;
        return nn.functional.scaled_dot_product_attention(
            query, Repeated(key), Repeated(value), isWhole ? null : bias ?? AttentionInput.Causal(queries, length, query), 0, isWhole);

        Tensor Repeated(Tensor states) => together == 1 ? states
            : states.unsqueeze(2).expand(-1, -1, together, -1, -1).reshape(batch, HeadCount, length, HeadSize);
    }

    /// <summary>Queries, multiplied by a scale, [B, heads, K, d].</summary>
    private Tensor Queries(Tensor asking, Tensor? all, double scale)
    {
        bool isScaled = Math.Abs(scale - 1) > 1e-12;
        Tensor queries = all is null ? Query!.forward(asking) : Part(all, 0, HeadCount);
        // A norm would undo a scale before it, and its output's value is needed for its gradient.
        if (QueryNorm is not null)
        {
            Tensor normal = Normal(QueryNorm, queries, HeadCount);
            return isScaled ? normal.Times(scale) : normal;
        }

        queries = Limited(queries);
        // A part is scaled apart from what is beside it.
        if (isScaled)
            queries = all is null ? queries.TimesInPlace(scale) : queries.Times(scale);
        return Heads(queries, HeadCount);
    }

    /// <summary>Normalised, of each head or of all together, [B, heads, T, d].</summary>
    private Tensor Normal(nn.Module<Tensor, Tensor> norm, Tensor states, long count) => NormalisesProjections
        ? Heads(Limited(norm.forward(states)), count) : norm.forward(Heads(Limited(states), count));

    private Tensor Limited(Tensor states) => LargestProjection is { } most ? states.Within(most) : states;

    /// <summary>[B, T, heads · d] to [B, heads, T, d].</summary>
    private Tensor Heads(Tensor states, long count) => states.view(states.shape[0], states.shape[1], count, HeadSize).transpose(1, 2);

    private Tensor Part(Tensor all, long firstHead, long count) => all.narrow(-1, firstHead * HeadSize, count * HeadSize);
}
