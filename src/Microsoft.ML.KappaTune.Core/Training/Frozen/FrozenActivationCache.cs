namespace Microsoft.ML.KappaTune.Training.Frozen;

/// <summary>
/// Keeps the frozen part's output for each row in the CPU's memory for all epochs. It is computed before the first step, in batches that
/// only the rows decide, so that a resumed run computes the same bits. The shortest rows are kept first, until the budget is used; a batch
/// with any other row is computed each time.
/// </summary>
internal sealed class FrozenActivationCache : IDisposable
{
    // Rows of a pass that fills the cache: large enough to keep all cores busy.
    private const int RowsAtOnce = 32;

    // The share of the memory that the process may use. The rest is for the model, its optimizer, activations and other programs.
    private const int MemoryShare = 4;

    private readonly PartlyFrozenModel _model;
    private readonly Func<int[], TokenBatch> _batchOf;
    private readonly Device _device;

    // A block is the output for RowsAtOnce rows, [rows, T, H]; a row's place is its block and its row in there.
    private readonly List<Tensor> _blocks = [];
    private readonly (int Block, int Index)?[] _places;

    private FrozenActivationCache(PartlyFrozenModel model, Func<int[], TokenBatch> batchOf, Device device, int rows)
    {
        _model = model;
        _batchOf = batchOf;
        _device = device;
        _places = new (int, int)?[rows];
    }

    /// <summary>Rows that are kept.</summary>
    public int Count => _places.Count(place => place is not null);

    /// <summary>Bytes that are kept.</summary>
    public long Bytes { get; private set; }

    /// <summary>A share of the memory that this process may use.</summary>
    public static long DefaultBudget => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MemoryShare;

    /// <summary>Computes and keeps what the budget allows; a budget of 0 keeps nothing and computes nothing.</summary>
    /// <param name="model">The model, of whose stages 2 or more must be frozen: embeddings alone cost less than keeping them.</param>
    /// <param name="lengths">Tokens of each row.</param>
    /// <param name="batchOf">Gives rows as a model takes them.</param>
    /// <param name="most">The number of rows at most, or null: a run that goes on keeps as many as it did before.</param>
    /// <param name="budget">Bytes at most, unless the number of rows is given.</param>
    /// <param name="cancellation">Stops between two passes.</param>
    public static FrozenActivationCache Create(
        PartlyFrozenModel model, IReadOnlyList<int> lengths, Func<int[], TokenBatch> batchOf, int? most, long budget, Device device,
        CancellationToken cancellation)
    {
        var cache = new FrozenActivationCache(model, batchOf, device, lengths.Count);
        if (model.FirstTrained < 2 || (most is null && budget <= 0))
            return cache;
        try
        {
            int[] byLength = [.. Enumerable.Range(0, lengths.Count).OrderBy(row => lengths[row])];
            foreach (int[] rows in byLength[..Math.Min(most ?? lengths.Count, lengths.Count)].Chunk(RowsAtOnce))
            {
                cancellation.ThrowIfCancellationRequested();
                if (!cache.Add(rows, most is null ? budget : long.MaxValue))
                    break;
            }

            return cache;
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    /// <summary>The output of <see cref="PartlyFrozenModel.RunFrozen"/> for a batch, kept or computed.</summary>
    public Tensor? OutputFor(TokenBatch batch)
    {
        if (_blocks.Count == 0 || !Array.TrueForAll(batch.Rows, row => _places[row] is not null))
            return _model.RunFrozen(batch);
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor first = _blocks[0];
        int length = _model.FrozenLength(batch.Length);
        long size = first.shape[2], rowBytes = length * size * first.ElementSize;
        // Places beyond a row's length hold the output for padding, which nothing attends to; zeros serve as well.
        Tensor hidden = zeros(batch.Rows.Length, length, size, dtype: first.dtype);
        Span<byte> target = hidden.bytes;
        for (int b = 0; b < batch.Rows.Length; b++)
        {
            (int block, int index) = _places[batch.Rows[b]]!.Value;
            Tensor kept = _blocks[block];
            int keptBytes = (int)(kept.shape[1] * size * kept.ElementSize);
            kept.bytes.Slice(index * keptBytes, (int)Math.Min(keptBytes, rowBytes)).CopyTo(target[(int)(b * rowBytes)..]);
        }

        return hidden.to(_device).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor block in _blocks)
            block.Dispose();
        _blocks.Clear();
    }

    private bool Add(int[] rows, long budget)
    {
        using var scope = NewDisposeScope();
        Tensor block = _model.RunFrozen(_batchOf(rows))!.cpu();
        long bytes = block.NumberOfElements * block.ElementSize;
        if (Bytes + bytes > budget)
            return false;
        Bytes += bytes;
        for (int i = 0; i < rows.Length; i++)
            _places[rows[i]] = (_blocks.Count, i);
        _blocks.Add(block.DetachFromDisposeScope());
        return true;
    }
}
