namespace Microsoft.ML.Data;

public readonly partial struct VBuffer<T>
{
    /// <summary>Copies into <paramref name="destination"/>, dense where this is, in its memory where it suffices.</summary>
    public void CopyTo(ref VBuffer<T> destination) => CopyTo(ref destination, 0, Length);

    /// <summary>Copies <paramref name="length"/> slots from <paramref name="sourceIndex"/> on; the result is dense where this is.</summary>
    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        CheckRange(sourceIndex, length);
        if (IsDense)
        {
            VBufferEditor<T> dense = VBufferEditor.Create(ref destination, length);
            GetValues().Slice(sourceIndex, length).CopyTo(dense.Values);
            destination = dense.Commit();
            return;
        }

        ReadOnlySpan<int> indices = GetIndices();
        int first = LowerBound(indices, sourceIndex);
        int count = LowerBound(indices, sourceIndex + length) - first;
        VBufferEditor<T> sparse = VBufferEditor.Create(ref destination, length, count);
        GetValues().Slice(first, count).CopyTo(sparse.Values);
        if (count < length)
        {
            for (int i = 0; i < count; i++)
                sparse.Indices[i] = indices[first + i] - sourceIndex;
        }

        destination = sparse.Commit();
    }

    /// <summary>Copies into <paramref name="destination"/>, which becomes dense.</summary>
    public void CopyToDense(ref VBuffer<T> destination)
    {
        // Spreading a sparse vector over its own memory would overwrite values not yet moved: it gets new memory then.
        // The destination may be this very vector, so nothing of it is read after that.
        VBuffer<T> source = this;
        if (!source.IsDense && ReferenceEquals(destination.RawValues, source.RawValues))
            destination = default;
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, source.Length);
        source.CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>Copies all values, implicit defaults included.</summary>
    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    /// <summary>
    /// Copies all values to <paramref name="destinationIndex"/> and on, with <paramref name="defaultValue"/> where none is
    /// explicit.
    /// </summary>
    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default!)
    {
        Contracts.CheckParam(0 <= destinationIndex && destinationIndex <= destination.Length - Length, nameof(destination),
            "Not large enough to hold these values.");
        Span<T> target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }

        target.Fill(defaultValue);
        ReadOnlySpan<int> indices = GetIndices();
        for (int i = 0; i < indices.Length; i++)
            target[indices[i]] = _values![i];
    }

    /// <summary>Copies <paramref name="length"/> values of an array into a dense vector.</summary>
    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    private void CheckRange(int sourceIndex, int length)
    {
        Contracts.CheckParam(0 <= sourceIndex && sourceIndex <= Length, nameof(sourceIndex), "Must be between 0 and the length");
        Contracts.CheckParam(0 <= length && length <= Length - sourceIndex, nameof(length), "Must be between 0 and what is left");
    }

    private static int LowerBound(ReadOnlySpan<int> ascending, int value)
    {
        int place = ascending.BinarySearch(value);
        return place < 0 ? ~place : place;
    }
}
