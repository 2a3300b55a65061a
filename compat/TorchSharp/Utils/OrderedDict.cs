using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that enumerates its entries in the order they were added.</summary>
public class OrderedDict<TKey, TValue> : IEnumerable<(TKey, TValue)> where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> _values = [];
    private readonly List<TKey> _order = [];

    /// <summary>How many entries there are.</summary>
    public int Count => _order.Count;

    /// <summary>The keys, in order.</summary>
    public IEnumerable<TKey> keys() => _order;

    /// <summary>The values, in the order of their keys.</summary>
    public IEnumerable<TValue> values() => _order.Select(key => _values[key]);

    /// <summary>The value of a key. A new key is added at the end, a known one keeps its place.</summary>
    public TValue this[TKey key]
    {
        get => _values[key];
        set
        {
            if (!_values.ContainsKey(key))
                _order.Add(key);
            _values[key] = value;
        }
    }

    /// <summary>Adds an entry at the end.</summary>
    /// <exception cref="ArgumentException">The key is there already.</exception>
    public void Add(TKey key, TValue value)
    {
        _values.Add(key, value);
        _order.Add(key);
    }

    /// <summary>Removes an entry; false where there is none.</summary>
    public bool Remove(TKey key) => _values.Remove(key) && _order.Remove(key);

    /// <summary>Removes every entry.</summary>
    public void Clear()
    {
        _values.Clear();
        _order.Clear();
    }

    /// <summary>Whether there is an entry with the key.</summary>
    public bool ContainsKey(TKey key) => _values.ContainsKey(key);

    /// <summary>The value of a key, where there is one.</summary>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    /// <summary>The entries, in order.</summary>
    public IEnumerator<(TKey, TValue)> GetEnumerator()
    {
        foreach (TKey key in _order)
            yield return (key, _values[key]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
