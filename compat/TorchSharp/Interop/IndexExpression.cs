namespace TorchSharp;

/// <summary>An index expression for one native call, holding the tensors in it meanwhile.</summary>
internal readonly ref struct IndexExpression
{
    private readonly List<TensorHandle> _held = [];
    private readonly IndexEntry[] _entries;

    internal IndexExpression(torch.TensorIndex[] indices)
    {
        _entries = new IndexEntry[indices.Length];
        try
        {
            for (int i = 0; i < indices.Length; i++)
            {
                _entries[i] = indices[i].Entry;
                if (indices[i].Places is { } places)
                    _entries[i].Tensor = Hold(places.SafeHandle);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal ReadOnlySpan<IndexEntry> Entries => _entries;

    private nint Hold(TensorHandle handle)
    {
        bool held = false;
        handle.DangerousAddRef(ref held);
        _held.Add(handle);
        return handle.DangerousGetHandle();
    }

    public void Dispose()
    {
        foreach (TensorHandle handle in _held)
            handle.DangerousRelease();
    }
}
