using System.Numerics;

namespace Microsoft.ML.Tokenizers;

/// <summary>A read-only map from strings to ints that is looked up with a span, so that encoding makes no substrings.</summary>
internal sealed class SpanMap
{
    private readonly string?[] _keys;
    private readonly int[] _values;
    private readonly uint _mask;

    public SpanMap(IReadOnlyCollection<KeyValuePair<string, int>> entries)
    {
        uint size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, entries.Count * 2));
        _mask = size - 1;
        _keys = new string?[size];
        _values = new int[size];
        foreach ((string key, int value) in entries)
        {
            uint slot = Slot(key);
            _keys[slot] = key;
            _values[slot] = value;
            MaxKeyLength = Math.Max(MaxKeyLength, key.Length);
        }
    }

    /// <summary>The length of the longest key: a longer span need not be looked up.</summary>
    public int MaxKeyLength { get; }

    public bool TryGetValue(ReadOnlySpan<char> key, out int value)
    {
        uint slot = Slot(key);
        value = _values[slot];
        return _keys[slot] is not null;
    }

    // The slot that holds the key, or the empty one where it would go: less than half of the slots are taken.
    private uint Slot(ReadOnlySpan<char> key)
    {
        uint slot = SpanHash.Of(key) & _mask;
        while (_keys[slot] is { } taken && !key.SequenceEqual(taken))
            slot = (slot + 1) & _mask;
        return slot;
    }
}
