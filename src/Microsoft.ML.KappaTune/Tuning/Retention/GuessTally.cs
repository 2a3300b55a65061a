using static TorchSharp.torch;

namespace Microsoft.ML.KappaTune.Tuning;

/// <summary>How well tokens were guessed, by window.</summary>
internal sealed class GuessTally
{
    private readonly List<double> _losses = [], _right = [];

    /// <summary>The sum of a window's cross-entropies, in nats.</summary>
    public IReadOnlyList<double> Losses => _losses;

    /// <summary>How many of a window's tokens to guess had the highest logit.</summary>
    public IReadOnlyList<double> Right => _right;

    /// <param name="batch">The windows.</param>
    /// <param name="logits">For each token to guess, [M, vocabulary].</param>
    public void Add(WindowBatch batch, Tensor logits)
    {
        using var scope = NewDisposeScope();
        Tensor losses = nn.functional.cross_entropy(logits.to(ScalarType.Float32), batch.Targets, reduction: nn.Reduction.None);
        Tensor right = logits.argmax(-1).eq(batch.Targets);
        float[] loss = [.. losses.cpu().data<float>()];
        bool[] hit = [.. right.cpu().data<bool>()];
        int first = _losses.Count;
        _losses.AddRange(new double[batch.Count]);
        _right.AddRange(new double[batch.Count]);
        for (int i = 0; i < loss.Length; i++)
        {
            _losses[first + batch.Owners[i]] += loss[i];
            _right[first + batch.Owners[i]] += hit[i] ? 1 : 0;
        }
    }
}
