namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// The keys and values of the tokens that a decoder has read, so that those which follow are computed alone. It takes
/// 2 · layers · heads of keys · head size values for each token of its room, which doubles as needed. For one thread, without gradients.
/// </summary>
/// <param name="layers">Layers of the decoder.</param>
internal sealed class KeyValueCache(int layers) : IDisposable
{
    private const long MinimumRoom = 64;

    private readonly LayerCache[] _layers = [.. Enumerable.Range(0, layers).Select(_ => new LayerCache())];

    private Tensor? _inputs;

    /// <summary>Tokens that were read by all layers, of each text of the batch, padding included.</summary>
    public long Length { get; private set; }

    /// <summary>The keys or values of one layer, counted from 0.</summary>
    public LayerCache this[int layer] => _layers[layer];

    /// <summary>Keeps what enters the layers of the next tokens, [B, T, H], and gives that of all, which is the caller's.</summary>
    public Tensor AddInputs(Tensor inputs)
    {
        using Tensor? before = _inputs;
        _inputs = (before is null ? inputs.clone() : cat([before, inputs], 1)).DetachFromDisposeScope();
        return _inputs.narrow(1, 0, _inputs.shape[1]);
    }

    /// <summary>Forgets the keys and values, because all tokens are read again.</summary>
    public void Clear()
    {
        foreach (LayerCache layer in _layers)
            layer.Clear();
        Length = 0;
    }

    /// <summary>So many more tokens were read by all layers.</summary>
    public void Advance(long tokens) => Length += tokens;

    public void Dispose()
    {
        foreach (LayerCache layer in _layers)
            layer.Dispose();
        _inputs?.Dispose();
    }

    /// <summary>What one layer keeps.</summary>
    internal sealed class LayerCache : IDisposable
    {
        private readonly Store _keys = new(), _values = new();

        /// <summary>Adds the keys of the next tokens, [B, heads, T, head size], and gives those of all, [B, heads, …, head size].</summary>
        public Tensor AddKeys(Tensor keys) => _keys.Add(keys);

        /// <summary>The same for values.</summary>
        public Tensor AddValues(Tensor values) => _values.Add(values);

        public void Clear()
        {
            _keys.Clear();
            _values.Clear();
        }

        public void Dispose()
        {
            _keys.Dispose();
            _values.Dispose();
        }
    }

    private sealed class Store : IDisposable
    {
        private Tensor? _all; // [B, heads, room, head size]
        private long _length;

        public Tensor Add(Tensor states)
        {
            long end = _length + states.shape[2];
            if (_all is null || _all.shape[2] < end)
                Grow(states, Math.Max(MinimumRoom, 2 * end));
            using (Tensor place = _all!.narrow(2, _length, states.shape[2]))
                place.copy_(states);
            _length = end;
            return _all.narrow(2, 0, end);
        }

        public void Clear() => _length = 0;

        public void Dispose() => _all?.Dispose();

        private void Grow(Tensor states, long room)
        {
            using var scope = NewDisposeScope();
            Tensor larger = empty([states.shape[0], states.shape[1], room, states.shape[3]], states.dtype, states.device);
            if (_length > 0)
                larger.narrow(2, 0, _length).copy_(_all!.narrow(2, 0, _length));
            _all?.Dispose();
            _all = larger.DetachFromDisposeScope();
        }
    }
}
