namespace Microsoft.ML.Data;

/// <summary>
/// An edit of a <see cref="VBuffer{T}"/>: write <see cref="Values"/> and, where sparse, <see cref="Indices"/>, then commit.
/// </summary>
public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    /// <summary>The explicit values.</summary>
    public readonly Span<T> Values;

    /// <summary>The slots of the explicit values, to be ascending; empty where the vector is dense.</summary>
    public readonly Span<int> Indices;

    internal VBufferEditor(
        int length, int count, T[] values, int[] indices, bool requireIndices, bool createdNewValues, bool createdNewIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = count < length || requireIndices ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    /// <summary>Whether the values are in new memory.</summary>
    public bool CreatedNewValues { get; }

    /// <summary>Whether the indices are in new memory.</summary>
    public bool CreatedNewIndices { get; }

    /// <summary>Ends the edit and gives the vector.</summary>
    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);

    /// <summary>
    /// Ends the edit and gives a vector with only the first <paramref name="physicalValuesCount"/> of the explicit values.
    /// </summary>
    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        Contracts.CheckParam(0 <= physicalValuesCount && physicalValuesCount <= Values.Length, nameof(physicalValuesCount),
            "Must be between 0 and the number of values");
        return new VBuffer<T>(_length, physicalValuesCount, _values, _indices);
    }
}
