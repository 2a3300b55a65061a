namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>A tensor of a GGUF file, or one expert's part of it; its values are decoded from the mapped file as they are read.</summary>
/// <param name="shape">Outermost dimension first, as everywhere but in the file.</param>
/// <param name="begin">Of its bytes in the file.</param>
internal sealed class GgufTensor(MappedFile map, string name, GgufType type, long[] shape, long elementCount, long begin)
{
    public string Name => name;

    public GgufType Type => type;

    public IReadOnlyList<long> Shape => shape;

    public long ElementCount => elementCount;

    public long Begin => begin;

    public long ByteLength => elementCount / type.BlockValues * type.BlockBytes;

    /// <summary>What is stored under one index of the outermost dimension.</summary>
    public GgufTensor Part(long index) =>
        new(map, name, type, shape[1..], elementCount / shape[0], begin + ByteLength / shape[0] * index);

    /// <summary>What is stored, under another name: values in their shape, or the bytes of codes in rows.</summary>
    public TensorView View(string viewName, long[]? viewShape = null)
    {
        long[] stored = viewShape ?? (type.Decode is null ? shape : [.. shape[..^1], ByteLength / (elementCount / shape[^1])]);
        long count = type.Decode is null ? elementCount : ByteLength;
        return new(map, 0, new SafetensorsEntry(viewName, type.Stored, type.Name, stored, count, begin, begin + ByteLength));
    }

    /// <summary>Values from <paramref name="first"/> on, in row-major order, until the block is full.</summary>
    public unsafe void Read(long first, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, elementCount - values.Length);
        using MappedFile.Lease lease = map.Hold();
        if (type.Decode is not { } decode)
        {
            TensorConversion.ToSingle(type.Stored, map.Address(begin + first * type.BlockBytes), values);
            return;
        }

        Span<float> decoded = stackalloc float[type.BlockValues];
        while (!values.IsEmpty)
        {
            (long block, long skip) = Math.DivRem(first, type.BlockValues);
            ReadOnlySpan<byte> bytes = map.Bytes(begin + block * type.BlockBytes, type.BlockBytes);
            int count = (int)Math.Min(type.BlockValues - skip, values.Length);
            if (count == type.BlockValues)
            {
                decode(bytes, values[..count]);
            }
            else
            {
                decode(bytes, decoded);
                decoded.Slice((int)skip, count).CopyTo(values);
            }

            values = values[count..];
            first += count;
        }
    }
}
