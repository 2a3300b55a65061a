using Microsoft.ML.KappaTune.Training.Frozen;

namespace Microsoft.ML.KappaTune.Training.Runs;

/// <summary>Rows on a device, and what is kept of the frozen layers' output for them.</summary>
/// <param name="frozen">The frozen layers' output for them; disposed with this.</param>
internal sealed class RowData<TRows>(TRows rows, FrozenActivationCache frozen, Device device) : IDisposable
    where TRows : class, ITaskRows
{
    public TRows Rows => rows;

    public FrozenActivationCache Frozen => frozen;

    public TokenBatch Batch(int[] batch) => rows.Batch(batch, device);

    public void Dispose() => frozen.Dispose();
}
