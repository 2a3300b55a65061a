using System.Numerics;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>A read-only map from strings to ids that is looked up with a span, so that encoding makes no substrings.</summary>
internal sealed class TokenTable
{
    private readonly string?[] _keys;
    private readonly int[] _ids;
    private readonly int _mask;

    public TokenTable(IReadOnlyCollection<KeyValuePair<string, int>> entries)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, entries.Count * 2));
        _mask = size - 1;
        _keys = new string?[size];
        _ids = new int[size];
        foreach ((string key, int id) in entries)
        {
            int slot = Slot(key);
            _keys[slot] = key;
            _ids[slot] = id;
            LongestKey = Math.Max(LongestKey, key.Length);
        }
    }

    /// <summary>The length of the longest key: a longer span need not be looked up.</summary>
    public int LongestKey { get; }

    public bool TryGetId(ReadOnlySpan<char> key, out int id)
    {
        int slot = Slot(key);
        id = _ids[slot];
        return _keys[slot] is not null;
    }

    // The slot that holds the key, or the empty one where it would go: less than half of the slots are taken.
    private int Slot(ReadOnlySpan<char> key)
    {
        int slot = string.GetHashCode(key) & _mask;
        while (_keys[slot] is { } taken && !key.SequenceEqual(taken))
            slot = (slot + 1) & _mask;
        return slot;
    }
}
