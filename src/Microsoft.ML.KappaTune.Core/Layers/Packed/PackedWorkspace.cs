namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// What a model's packed weights compute in: buffers of the largest weight's size, one for each thread that computes at the same time,
/// used again and again. Memory that is taken and freed for each product stays in the C library's heap in holes that the next weight just
/// misses, until as much is resident as all values together. Thread-safe.
/// </summary>
/// <param name="device">Where values are needed.</param>
internal sealed class PackedWorkspace(Device device) : IDisposable
{
    private readonly object _gate = new();
    private readonly Stack<PackedBuffer> _idle = new();
    private readonly Dictionary<int, IReadOnlyList<Tensor?>> _given = [];
    private long _size, _byteLength;
    private bool _isDisposed;

    public Device Device => device;

    /// <summary>Bytes of all buffers, of those in use as well.</summary>
    public long ByteLength
    {
        get
        {
            lock (_gate)
                return _byteLength;
        }
    }

    /// <summary>Makes buffers large enough for a weight. Call it for all weights before the first is needed.</summary>
    public void Fit(long elementCount)
    {
        lock (_gate)
            _size = Math.Max(_size, elementCount);
    }

    /// <summary>A buffer that nobody else has until it is returned.</summary>
    public PackedBuffer Rent(ScalarType dtype)
    {
        lock (_gate)
        {
            while (_idle.TryPop(out PackedBuffer? idle))
            {
                if (idle.Type == dtype && idle.Size == _size)
                    return idle;
                Free(idle); // of before the model was converted
            }

            var buffer = new PackedBuffer(_size, dtype, device);
            _byteLength += buffer.ByteLength;
            return buffer;
        }
    }

    public void Return(PackedBuffer buffer)
    {
        lock (_gate)
        {
            if (_isDisposed)
                Free(buffer);
            else
                _idle.Push(buffer);
        }
    }

    /// <summary>
    /// Keeps the gradients that a function gives for the tensor library, which reads them only after the function's call, and frees those
    /// that the thread gave before, which it has read: otherwise those of all layers would be in memory until the caller's dispose scope,
    /// which owns them, ends.
    /// </summary>
    public void Keep(IReadOnlyList<Tensor?> gradients)
    {
        lock (_gate)
        {
            FreeGradients(Environment.CurrentManagedThreadId);
            _given[Environment.CurrentManagedThreadId] = gradients;
        }
    }

    /// <summary>Frees what is idle at once, and what is in use when it is returned.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            while (_idle.TryPop(out PackedBuffer? idle))
                Free(idle);
            foreach (int thread in _given.Keys)
                FreeGradients(thread);
            _given.Clear();
        }
    }

    private void Free(PackedBuffer buffer)
    {
        _byteLength -= buffer.ByteLength;
        buffer.Dispose();
    }

    private void FreeGradients(int thread)
    {
        foreach (Tensor? gradient in _given.GetValueOrDefault(thread) ?? [])
            gradient?.Dispose();
    }
}
