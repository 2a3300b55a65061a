namespace Microsoft.ML.KappaTune.Retention;

/// <summary>How well a model does what its base was trained to do, counted by sample: a window, or a pair of sentences.</summary>
internal abstract class RetentionTally
{
    private readonly List<double> _losses = [], _right = [];

    /// <summary>The sum of each sample's cross-entropies, in nats.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>How many of each sample's answers were right.</summary>
    public IReadOnlyList<double> Right => _right;

    /// <param name="states">The last layer's states of them, [B, T, H].</param>
    public abstract void Add(WindowBatch batch, Tensor states);

    /// <param name="owners">For each answer its sample within the batch.</param>
    /// <param name="logits">For each answer, [M, choices].</param>
    /// <param name="targets">The right choices, [M].</param>
    protected void Add(int samples, IReadOnlyList<int> owners, Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        Tensor losses = nn.functional.cross_entropy(logits.to(ScalarType.Float32), targets, reduction: nn.Reduction.None);
        Tensor right = logits.argmax(-1).eq(targets);
        float[] loss = [.. losses.cpu().data<float>()];
        bool[] hit = [.. right.cpu().data<bool>()];
        int first = _losses.Count;
        _losses.AddRange(new double[samples]);
        _right.AddRange(new double[samples]);
        for (int i = 0; i < loss.Length; i++)
        {
            _losses[first + owners[i]] += loss[i];
            _right[first + owners[i]] += hit[i] ? 1 : 0;
        }
    }
}

/// <summary>How well tokens were guessed, by window.</summary>
/// <param name="head">States, [M, H], to logits, [M, vocabulary].</param>
internal sealed class GuessTally(Func<Tensor, Tensor> head) : RetentionTally
{
    public override void Add(WindowBatch batch, Tensor states) =>
        Add(batch.Count, batch.Owners, head(batch.HiddenPlaces(states)), batch.Targets);
}
