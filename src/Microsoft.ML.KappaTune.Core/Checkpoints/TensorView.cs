namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// One tensor of a checkpoint, left in its mapped file: reading converts a block of it, nothing is kept.
/// Safe to read from several threads. Valid until its checkpoint is disposed.
/// </summary>
internal sealed unsafe class TensorView
{
    private readonly MappedFile _file;
    private readonly long _offset;

    internal TensorView(MappedFile file, long dataStart, SafetensorsEntry entry)
    {
        _file = file;
        _offset = dataStart + entry.Begin;
        Name = entry.Name;
        DataType = entry.DataType;
        TypeName = entry.TypeName;
        Shape = entry.Shape;
        ElementCount = entry.ElementCount;
        ByteLength = entry.End - entry.Begin;
    }

    private TensorView(TensorView whole, string name, long first, IReadOnlyList<long> shape)
    {
        _file = whole._file;
        _offset = whole._offset + first * whole.DataType.Size();
        Name = name;
        DataType = whole.DataType;
        TypeName = whole.TypeName;
        Shape = shape;
        ElementCount = shape.Aggregate(1L, (product, dimension) => product * dimension);
        ByteLength = ElementCount * whole.DataType.Size();
    }

    public string Name { get; }

    public TensorDataType DataType { get; }

    /// <summary>The type as the file names it, also one that isn't known.</summary>
    public string TypeName { get; }

    /// <summary>Outermost first; empty for a single value.</summary>
    public IReadOnlyList<long> Shape { get; }

    public long ElementCount { get; }

    public long ByteLength { get; }

    public string File => _file.Path;

    /// <summary>The address of the first stored byte, for native code; not aligned in every file.</summary>
    public nint Address => (nint)_file.Address(_offset);

    /// <summary>Consecutive values as a tensor of their own.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="first">Its first value, in row-major order.</param>
    public TensorView Part(string name, long first, params long[] shape)
    {
        var part = new TensorView(this, name, first, shape);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, ElementCount - part.ElementCount);
        return part;
    }

    /// <summary>Stored bytes, without conversion; valid until the checkpoint is disposed.</summary>
    public ReadOnlySpan<byte> Bytes(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, ByteLength - count);
        return _file.Bytes(_offset + offset, count);
    }

    /// <summary>Converts the values from <paramref name="first"/> on, in row-major order, until the block is full.</summary>
    public void Read(long first, Span<float> block)
    {
        using MappedFile.Lease lease = _file.Hold();
        TensorConversion.ToSingle(DataType, Source(first, block.Length), block);
    }

    /// <inheritdoc cref="Read(long, Span{float})"/>
    public void Read(long first, Span<double> block)
    {
        using MappedFile.Lease lease = _file.Hold();
        TensorConversion.ToDouble(DataType, Source(first, block.Length), block);
    }

    /// <summary>Asks the system to read the tensor's bytes ahead; returns at once.</summary>
    public void Prefetch() => Prefetch(0, ByteLength);

    /// <summary>Asks the system to read a part of the tensor's bytes ahead; returns at once.</summary>
    public void Prefetch(long offset, long count) => _file.Prefetch(_offset + offset, count);

    /// <summary>Takes the tensor's bytes out of this process's memory, so that a whole checkpoint needs room for a part only.</summary>
    public void Release() => Release(0, ByteLength);

    /// <summary>Takes a part of the tensor's bytes out of this process's memory.</summary>
    public void Release(long offset, long count) => _file.Release(_offset + offset, count);

    /// <summary>The values' first byte: a block of 8-byte values may exceed what one span of bytes can hold.</summary>
    private byte* Source(long first, int count)
    {
        if (DataType == TensorDataType.Unknown)
        {
            throw new CheckpointFormatException(
                File, $"\"{CheckpointFormatException.Printable(TypeName)}\" is unknown",
                $"Convert the tensor to one of {TensorDataTypes.Names}.", Name, "dtype");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, ElementCount - count);
        return _file.Address(_offset + first * DataType.Size());
    }
}
