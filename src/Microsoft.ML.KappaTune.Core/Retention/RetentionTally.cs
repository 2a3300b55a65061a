using Microsoft.ML.KappaTune.Retention.Statistics;

namespace Microsoft.ML.KappaTune.Retention;

/// <summary>How well a model does what its base was trained to do, counted by sample: a window, or a pair of sentences.</summary>
internal sealed class RetentionTally
{
    private readonly List<double> _losses = [], _right = [];

    /// <summary>The cross-entropies by sample, in nats: see <see cref="Answers.SumBySample"/>.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>How many of each sample's answers were right.</summary>
    public IReadOnlyList<double> Right => _right;

    /// <summary>What the sum of the losses would be of a model that finds all choices as likely.</summary>
    public double Chance { get; private set; }

    public void Add(Answers answers)
    {
        Chance += answers.Owners.Count * Math.Log(answers.Logits.shape[^1]);
        using var scope = NewDisposeScope();
        Tensor logits = answers.Logits.to(ScalarType.Float32);
        Tensor losses = nn.functional.cross_entropy(logits, answers.Targets, reduction: nn.Reduction.None);
        // Without a choice of probability p, the logarithm of the others' sum is lower by −log(1 − p).
        _losses.AddRange(answers.SumBySample(losses, () => losses.unsqueeze(1).Plus(Shares.LogOfRest(logits.softmax(-1)))));
        bool[] hit = [.. answers.Logits.argmax(-1).eq(answers.Targets).cpu().data<bool>()];
        int first = _right.Count;
        _right.AddRange(new double[answers.Samples]);
        for (int i = 0; i < hit.Length; i++)
            _right[first + answers.Owners[i]] += hit[i] ? 1 : 0;
    }
}
