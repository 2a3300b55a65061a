using Microsoft.ML.KappaTune.Training.Frozen;

namespace Microsoft.ML.KappaTune.Tasks.Classification;

/// <summary>Rows as a model takes them: tokens, labels, and what is kept of the frozen layers' output for them.</summary>
/// <param name="frozen">The frozen layers' output for them; disposed with this.</param>
internal sealed class ClassificationData(TokenizedRows rows, FrozenActivationCache frozen, int padId, Device device) : IDisposable
{
    public int Count => rows.Texts.Count;

    /// <summary>Tokens of each row.</summary>
    public IReadOnlyList<int> Lengths => rows.Lengths;

    public FrozenActivationCache Frozen => frozen;

    public int Label(int row) => rows.Labels[row];

    /// <summary>[B].</summary>
    public Tensor Labels(int[] batch)
    {
        long[] labels = [.. batch.Select(row => (long)rows.Labels[row])];
        return tensor(labels, device: device);
    }

    public TokenBatch Tokens(int[] batch) => TokenBatch.Create(rows.Texts, batch, padId, device);

    public void Dispose() => frozen.Dispose();
}
