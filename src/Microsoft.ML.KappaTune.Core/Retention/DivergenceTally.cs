namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// The Kullback-Leibler divergence of one model's predictions from another's, by sample: the sum over its answers of
/// KL(before, after) = Σ p log(p / q), in nats.
/// </summary>
internal sealed class DivergenceTally
{
    private readonly List<double> _sums = [];

    /// <summary>The sum of each sample so far.</summary>
    public IReadOnlyList<double> Sums => _sums;

    /// <param name="before">The base's answers.</param>
    /// <param name="after">The tuned model's, to the same questions.</param>
    public void Add(Answers before, Answers after)
    {
        using var scope = NewDisposeScope();
        Tensor p = before.Logits.to(ScalarType.Float32).log_softmax(-1), q = after.Logits.to(ScalarType.Float32).log_softmax(-1);
        float[] divergences = [.. p.exp().mul(p.sub(q)).sum(-1L).cpu().data<float>()];
        int first = _sums.Count;
        _sums.AddRange(new double[before.Samples]);
        for (int i = 0; i < divergences.Length; i++)
            _sums[first + before.Owners[i]] += divergences[i];
    }
}
