using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>
/// A vector of values, dense or sparse, whose memory getters reuse from row to row. Read it through
/// <see cref="GetValues"/> and <see cref="GetIndices"/>; make or change one with <see cref="VBufferEditor"/>.
/// </summary>
public readonly partial struct VBuffer<T> : IEnumerable
{
    private readonly int _count;
    private readonly T[]? _values;
    private readonly int[]? _indices;

    /// <summary>The length, explicit values and implicit defaults together.</summary>
    public readonly int Length;

    /// <summary>Makes a dense vector over the first <paramref name="length"/> of <paramref name="values"/>, which it keeps.</summary>
    /// <param name="length">The length.</param>
    /// <param name="values">The values; may be null where the length is 0.</param>
    /// <param name="indices">Spare memory for a later sparse use.</param>
    public VBuffer(int length, T[]? values, int[]? indices = null)
    {
        Contracts.CheckParam(length >= 0, nameof(length), "Must be non-negative");
        Contracts.CheckParam((values?.Length ?? 0) >= length, nameof(values), "Values array is too small");
        Length = length;
        _count = length;
        _values = values;
        _indices = indices;
    }

    /// <summary>
    /// Makes a vector over the first <paramref name="count"/> of <paramref name="values"/> and <paramref name="indices"/>,
    /// which it keeps.
    /// </summary>
    /// <param name="length">The length.</param>
    /// <param name="count">How many values are explicit; dense where that is all of them.</param>
    /// <param name="values">The explicit values.</param>
    /// <param name="indices">Their slots, ascending; may be null where the vector is dense.</param>
    public VBuffer(int length, int count, T[]? values, int[]? indices)
    {
        Contracts.CheckParam(length >= 0, nameof(length), "Must be non-negative");
        Contracts.CheckParam(0 <= count && count <= length, nameof(count), "Must be between 0 and length");
        Contracts.CheckParam((values?.Length ?? 0) >= count, nameof(values), "Values array is too small");
        Contracts.CheckParam(count == length || (indices?.Length ?? 0) >= count, nameof(indices), "Indices array is too small");
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    /// <summary>Whether every value is explicit.</summary>
    public bool IsDense => _count == Length;

    internal T[]? RawValues => _values;

    internal int[]? RawIndices => _indices;

    /// <summary>The explicit values; of a dense vector, all.</summary>
    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    /// <summary>The slots of the explicit values, ascending; empty where the vector is dense.</summary>
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    /// <summary>The value in slot <paramref name="index"/>.</summary>
    public T GetItemOrDefault(int index)
    {
        T value = default!;
        GetItemOrDefault(index, ref value);
        return value;
    }

    /// <summary>Fills <paramref name="destination"/> with the value in slot <paramref name="index"/>.</summary>
    public void GetItemOrDefault(int index, ref T destination)
    {
        Contracts.CheckParam((uint)index < (uint)Length, nameof(index), "Index must be non-negative and less than the length");
        if (IsDense)
        {
            destination = _values![index];
            return;
        }

        int place = GetIndices().BinarySearch(index);
        destination = place < 0 ? default! : _values![place];
    }

    /// <summary>Every value in order, implicit defaults included.</summary>
    public IEnumerable<T> DenseValues()
    {
        int next = 0;
        for (int slot = 0; slot < Length; slot++)
            yield return IsDense ? _values![slot] : next < _count && _indices![next] == slot ? _values![next++] : default!;
    }

    /// <summary>Slots and values in order.</summary>
    /// <param name="all">Whether implicit defaults are included.</param>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        if (all)
        {
            int slot = 0;
            foreach (T value in DenseValues())
                yield return new(slot++, value);
            yield break;
        }

        for (int i = 0; i < _count; i++)
            yield return new(IsDense ? i : _indices![i], _values![i]);
    }

    /// <summary>Every value in order, implicit defaults included.</summary>
    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => IsDense
        ? $"Dense vector of size {Length}"
        : $"Sparse vector of size {Length}, {_count} explicit values";
}
