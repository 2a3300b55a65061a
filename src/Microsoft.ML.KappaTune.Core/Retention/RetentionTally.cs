namespace Microsoft.ML.KappaTune.Retention;

/// <summary>How well a model does what its base was trained to do, counted by sample: a window, or a pair of sentences.</summary>
internal sealed class RetentionTally
{
    private readonly List<double> _losses = [], _right = [];

    /// <summary>The sum of each sample's cross-entropies, in nats.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>How many of each sample's answers were right.</summary>
    public IReadOnlyList<double> Right => _right;

    public void Add(Answers answers)
    {
        using var scope = NewDisposeScope();
        Tensor losses =
            nn.functional.cross_entropy(answers.Logits.to(ScalarType.Float32), answers.Targets, reduction: nn.Reduction.None);
        Tensor right = answers.Logits.argmax(-1).eq(answers.Targets);
        float[] loss = [.. losses.cpu().data<float>()];
        bool[] hit = [.. right.cpu().data<bool>()];
        int first = _losses.Count;
        _losses.AddRange(new double[answers.Samples]);
        _right.AddRange(new double[answers.Samples]);
        for (int i = 0; i < loss.Length; i++)
        {
            _losses[first + answers.Owners[i]] += loss[i];
            _right[first + answers.Owners[i]] += hit[i] ? 1 : 0;
        }
    }
}
