using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>
/// The Kullback-Leibler divergence of one model's predictions from another's, by sample: the sum over its answers of
/// KL(before, after) = Σ p log(p / q), in nats.
/// </summary>
internal sealed class DivergenceTally
{
    private readonly List<double> _sums = [];

    /// <summary>The divergences by sample, in nats: see <see cref="Answers.SumBySample"/>.</summary>
    public IReadOnlyList<double> Sums => _sums;

    /// <param name="before">The base's answers.</param>
    /// <param name="after">The tuned model's, to the same questions.</param>
    public void Add(Answers before, Answers after)
    {
        using var scope = NewDisposeScope();
        Tensor p = before.Logits.to(ScalarType.Float32).log_softmax(-1), q = after.Logits.to(ScalarType.Float32).log_softmax(-1);
        Tensor parts = p.exp().mul(p.sub(q)), divergences = parts.sum(-1L);
        _sums.AddRange(before.SumBySample(divergences, Without));

        // Σ over the other choices k of p_k/(1 − p_j) · (log p_k/q_k − log (1 − p_j)/(1 − q_j)).
        Tensor Without()
        {
            Tensor rest = Shares.LogOfRest(p.exp());
            return ((divergences.unsqueeze(1) - parts) / rest.exp() - rest).Plus(Shares.LogOfRest(q.exp()));
        }
    }
}
