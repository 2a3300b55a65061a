namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A mixture of experts (Shazeer et al., arXiv:1701.06538): a router gives every token a probability for each feed-forward network, and the
/// likeliest few compute for it, their outputs weighted. Tokens are grouped by expert, so that nothing else is computed, and an expert
/// without tokens gets no gradient. It owns nothing: its modules are registered in the model.
/// </summary>
internal sealed class SparseMoe : IFeedForward
{
    /// <summary>[..., H] to [..., experts].</summary>
    public required LinearLayer Router { get; init; }

    public required IReadOnlyList<FeedForward> Experts { get; init; }

    /// <summary>The expert that computes for every token; null for none.</summary>
    public FeedForward? Shared { get; init; }

    /// <summary>What weighs its output, by a logit, [..., H] to [..., 1]; null for nothing.</summary>
    public LinearLayer? SharedWeight { get; init; }

    /// <summary>Experts that compute for a token.</summary>
    public required int ChosenCount { get; init; }

    /// <summary>Whether the weights of a token's experts are scaled to a sum of 1.</summary>
    public required bool Renormalises { get; init; }

    /// <summary>What they are multiplied by.</summary>
    public double Scale { get; init; } = 1;

    public Tensor Run(Tensor states)
    {
        using var scope = NewDisposeScope();
        Tensor tokens = states.reshape(-1, states.shape[^1]), logits = Router.forward(tokens);
        RouterLogits.Record(logits);
        (Tensor weights, Tensor chosen) = Choose(logits);
        var groups = ExpertGroups.From(chosen.flatten().to(CPU).data<long>().ToArray(), Experts.Count, ChosenCount);
        Tensor choices = tensor(groups.Choices, device: tokens.device), owners = tensor(groups.Owners, device: tokens.device);
        // One gather, split: its gradient is one sum, and not one of the batch's size for each expert.
        Tensor[] inputs = tokens.index_select(0, owners).split(groups.Sizes);
        Tensor outputs = cat([.. inputs.Zip(groups.Experts, (input, expert) => Experts[expert].Run(input))]);
        Tensor weighted = outputs.mul(weights.flatten().index_select(0, choices).unsqueeze(-1));
        return Begun(tokens).PlusRowsInPlace(owners, weighted).view(states.shape).MoveToOuterDisposeScope();
    }

    /// <summary>What the chosen experts' outputs are added to.</summary>
    private Tensor Begun(Tensor tokens)
    {
        if (Shared is null)
            return tokens.zeros_like();
        Tensor output = Shared.Run(tokens);
        return SharedWeight is null ? output : output.mul(SharedWeight.forward(tokens).sigmoid());
    }

    /// <summary>Logits to probabilities; of half precision in float32, where small differences decide.</summary>
    public static Tensor Probabilities(Tensor logits) =>
        logits.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? logits.softmax(-1, ScalarType.Float32) : logits.softmax(-1);

    /// <summary>The weights and numbers of every token's experts, both [tokens, k].</summary>
    private (Tensor Weights, Tensor Chosen) Choose(Tensor logits)
    {
        (Tensor weights, Tensor chosen) = Probabilities(logits).topk(ChosenCount, -1);
        if (Renormalises)
            weights = weights.div(weights.sum(-1, keepdim: true));
        if (Scale != 1)
            weights = weights.Times(Scale);
        return (weights.to(logits.dtype), chosen);
    }
}
