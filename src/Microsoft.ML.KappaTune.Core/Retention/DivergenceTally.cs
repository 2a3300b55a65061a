namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// The Kullback-Leibler divergence of one model's predictions from another's, by window: the sum over its tokens to guess of
/// KL(before, after) = Σ p log(p / q), in nats.
/// </summary>
internal sealed class DivergenceTally
{
    private readonly List<double> _sums = [];

    /// <summary>The sum of each window so far.</summary>
    public IReadOnlyList<double> Sums => _sums;

    /// <param name="before">The base's logits at the tokens to guess, [M, vocabulary].</param>
    /// <param name="after">The tuned model's.</param>
    public void Add(WindowBatch batch, Tensor before, Tensor after)
    {
        using var scope = NewDisposeScope();
        Tensor p = before.to(ScalarType.Float32).log_softmax(-1), q = after.to(ScalarType.Float32).log_softmax(-1);
        float[] divergences = [.. p.exp().mul(p.sub(q)).sum(-1L).cpu().data<float>()];
        int first = _sums.Count;
        _sums.AddRange(new double[batch.Count]);
        for (int i = 0; i < divergences.Length; i++)
            _sums[first + batch.Owners[i]] += divergences[i];
    }
}
