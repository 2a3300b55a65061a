namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// The logits that the mixtures of experts of a forward pass give, in the order of their layers: those of all passes of the thread from
/// <see cref="Begin"/> until it is disposed. It owns them.
/// </summary>
internal sealed class RouterLogits : IDisposable
{
    [ThreadStatic] private static RouterLogits? _current;

    private readonly List<Tensor> _layers = [];
    private readonly RouterLogits? _outer = _current;

    private RouterLogits() => _current = this;

    /// <summary>A tensor a mixture, [tokens, experts], with gradients where the pass has them.</summary>
    public IReadOnlyList<Tensor> Layers => _layers;

    public static RouterLogits Begin() => new();

    /// <summary>What a mixture gives: taken over where the thread wants it, else left in its scope.</summary>
    public static void Record(Tensor logits) => _current?._layers.Add(logits.DetachFromDisposeScope());

    /// <summary>
    /// How unevenly tokens are spread over experts, of all layers together (Fedus et al., arXiv:2101.03961): experts · Σ f·P, where f is
    /// the share of tokens that have an expert among their k, and P the mean of its probability; k where all have equally much to do, more
    /// otherwise. It has a gradient, so that a task can add it to its loss.
    /// </summary>
    /// <param name="chosenCount">k.</param>
    /// <param name="mask">Not 0 for a token, 0 for padding, which isn't counted, [B, T]; null where there is none.</param>
    /// <exception cref="InvalidOperationException">No mixture has run.</exception>
    public Tensor BalanceLoss(int chosenCount, Tensor? mask = null)
    {
        if (_layers.Count == 0)
            throw new InvalidOperationException("No router has run since; only models with mixtures of experts have this loss.");
        using var scope = NewDisposeScope();
        Tensor probabilities = SparseMoe.Probabilities(cat(_layers));
        if (mask is not null)
        {
            Tensor isToken = mask.to(ScalarType.Bool, probabilities.device).flatten().repeat(_layers.Count);
            probabilities = probabilities.index_select(0, isToken.nonzero().squeeze(-1));
        }

        (long tokens, long experts) = (probabilities.shape[0], probabilities.shape[1]);
        (_, Tensor chosen) = probabilities.detach().topk(chosenCount, -1);
        Tensor counts = chosen.flatten().bincount(weights: null, minlength: experts);
        Tensor shares = counts.to(probabilities.dtype).DividedBy(tokens);
        return shares.mul(probabilities.mean([0])).sum().Times(experts).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _current = _outer;
        foreach (Tensor logits in _layers)
            logits.Dispose();
        _layers.Clear();
    }
}
