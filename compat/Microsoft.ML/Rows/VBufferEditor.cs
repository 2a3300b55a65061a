namespace Microsoft.ML.Data;

/// <summary>Starts edits of a <see cref="VBuffer{T}"/> in its own memory.</summary>
public static class VBufferEditor
{
    /// <summary>Starts an edit with the present length and number of values.</summary>
    public static VBufferEditor<T> CreateFromBuffer<T>(scoped ref VBuffer<T> destination) =>
        Create(ref destination, destination.Length, destination.GetValues().Length, keepOldOnResize: true);

    /// <summary>Starts an edit. The spans hold leftovers: write all of them before the commit.</summary>
    /// <param name="destination">Whose memory is used where it suffices.</param>
    /// <param name="newLogicalLength">The length of the result.</param>
    /// <param name="valuesCount">How many values are explicit; default: all, a dense vector.</param>
    /// <param name="maxValuesCapacity">The most memory a growing buffer takes; default: the length.</param>
    /// <param name="keepOldOnResize">Whether old values move along when memory is replaced.</param>
    /// <param name="requireIndicesOnDense">Whether there's room for indices even where the vector is dense.</param>
    public static VBufferEditor<T> Create<T>(
        scoped ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null, int? maxValuesCapacity = null,
        bool keepOldOnResize = false, bool requireIndicesOnDense = false)
    {
        Contracts.CheckParam(newLogicalLength >= 0, nameof(newLogicalLength), "Must be non-negative");
        int count = valuesCount ?? newLogicalLength;
        Contracts.CheckParam(0 <= count && count <= newLogicalLength, nameof(valuesCount), "Must be between 0 and the length");
        int limit = Math.Max(maxValuesCapacity ?? newLogicalLength, count);

        T[] values = Grow(destination.RawValues, count, limit, keepOldOnResize, out bool newValues);
        int[] indices = destination.RawIndices ?? [];
        bool newIndices = false;
        if (count < newLogicalLength || requireIndicesOnDense)
            indices = Grow(destination.RawIndices, count, limit, keepOldOnResize, out newIndices);
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, requireIndicesOnDense, newValues, newIndices);
    }

    private static TItem[] Grow<TItem>(TItem[]? old, int needed, int limit, bool keep, out bool isNew)
    {
        old ??= [];
        isNew = old.Length < needed;
        if (!isNew)
            return old;
        // Doubling makes a buffer that grows a little at each row cost little; a first allocation takes what it needs.
        var grown = new TItem[Math.Min(Math.Max(needed, 2 * old.Length), limit)];
        if (keep)
            old.CopyTo(grown, 0);
        return grown;
    }
}
