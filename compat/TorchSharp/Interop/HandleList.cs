namespace TorchSharp;

/// <summary>The handles of several tensors, held for one native call.</summary>
internal ref struct HandleList
{
    private readonly TensorHandle[] _held;
    private readonly nint[] _pointers;
    private int _count;

    internal HandleList(IEnumerable<torch.Tensor> tensors)
    {
        torch.Tensor[] all = tensors as torch.Tensor[] ?? tensors.ToArray();
        _held = new TensorHandle[all.Length];
        _pointers = new nint[all.Length];
        try
        {
            foreach (torch.Tensor tensor in all)
                Hold(tensor.SafeHandle);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal readonly ReadOnlySpan<nint> Pointers => _pointers;
    internal readonly int Count => _pointers.Length;

    private void Hold(TensorHandle handle)
    {
        bool held = false;
        handle.DangerousAddRef(ref held);
        _pointers[_count] = handle.DangerousGetHandle();
        _held[_count++] = handle;
    }

    public void Dispose()
    {
        while (_count > 0)
            _held[--_count].DangerousRelease();
    }
}
