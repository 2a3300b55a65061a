namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// A weight as the model computes with it: one stored tensor, or values made of several, such as codes and their scales. Safe to read
/// from several threads. Valid until its checkpoint is disposed.
/// </summary>
internal sealed class LogicalTensor
{
    // Values that are compared at once.
    private const int Compared = 1 << 16;

    private readonly TensorDecoder? _decoder;

    private LogicalTensor(
        string name, IReadOnlyList<long> shape, IReadOnlyList<TensorView> parts, string? encoding, string? problem, TensorDecoder? decoder)
    {
        Name = name;
        Shape = shape;
        Parts = parts;
        Encoding = encoding;
        Problem = problem;
        _decoder = decoder;
        ElementCount = shape.Aggregate(1L, (product, dimension) => product * dimension);
    }

    /// <summary>As it would be if its values were stored plainly: <c>q_proj.weight</c> for <c>q_proj.qweight</c> and its scales.</summary>
    public string Name { get; }

    /// <summary>Outermost first, of the values; where they can't be made, that of the codes.</summary>
    public IReadOnlyList<long> Shape { get; }

    public long ElementCount { get; }

    /// <summary>What is stored of it; the values or their codes first.</summary>
    public IReadOnlyList<TensorView> Parts { get; }

    /// <summary>How its values are coded; null where they are stored as they are.</summary>
    public string? Encoding { get; }

    /// <summary>Why its values can't be read, a clause; null where they can.</summary>
    public string? Problem { get; }

    /// <summary>The type of the stored values or codes.</summary>
    public TensorDataType DataType => Parts[0].DataType;

    public string File => Parts[0].File;

    /// <summary>Bits a code; null where values aren't codes.</summary>
    public int? CodeBits => _decoder?.CodeBits;

    /// <summary>What its values depend on beside the parts.</summary>
    public string Settings => _decoder?.Settings ?? "";

    /// <summary>The stored tensor that is all of it; null where values are made of several.</summary>
    public TensorView? Stored => _decoder is null && Problem is null ? Parts[0] : null;

    /// <summary>Bytes a value takes: stored, or as it is made.</summary>
    public int ValueBytes => Stored is { } stored ? stored.DataType.Size() : sizeof(float);

    /// <summary>A stored tensor; with a problem where that isn't the model's values.</summary>
    public static LogicalTensor FromStored(TensorView stored, string? problem = null) =>
        new(stored.Name, stored.Shape, [stored], null, problem, null);

    /// <summary>Values that are made of stored parts.</summary>
    public static LogicalTensor Decoded(
        string name, IReadOnlyList<long> shape, string encoding, IEnumerable<TensorView?> parts, TensorDecoder decoder) =>
        new(name, shape, [.. parts.OfType<TensorView>()], encoding, null, decoder);

    /// <summary>Codes whose values this version can't make.</summary>
    public static LogicalTensor Undecoded(
        string name, IReadOnlyList<long> shape, string encoding, IEnumerable<TensorView?> parts, string problem) =>
        new(name, shape, [.. parts.OfType<TensorView>()], encoding, problem, null);

    /// <summary>Values from <paramref name="first"/> on, in row-major order, until the block is full.</summary>
    /// <exception cref="CheckpointFormatException">They can't be made.</exception>
    public void Read(long first, Span<float> block)
    {
        if (Problem is not null)
            throw new CheckpointFormatException(File, Problem, "Leave the tensor out, or take the model in another format.", Name);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, ElementCount - block.Length);
        if (_decoder is null)
            Parts[0].Read(first, block);
        else if (!block.IsEmpty)
            _decoder.Read(first, block);
    }

    /// <inheritdoc cref="Read(long, Span{float})"/>
    public void Read(long first, Span<double> block)
    {
        if (Stored is { } stored)
        {
            stored.Read(first, block);
            return;
        }

        float[] values = new float[block.Length];
        Read(first, values);
        for (int i = 0; i < values.Length; i++)
            block[i] = values[i];
    }

    /// <summary>Whether another has the same shape and values.</summary>
    /// <exception cref="CheckpointFormatException">The values of one can't be made.</exception>
    public bool HasValuesOf(LogicalTensor other)
    {
        if (!Shape.SequenceEqual(other.Shape))
            return false;
        double[] own = new double[Math.Min(Compared, ElementCount)], its = new double[own.Length];
        for (long begin = 0; begin < ElementCount; begin += own.Length)
        {
            int count = (int)Math.Min(own.Length, ElementCount - begin);
            Read(begin, own.AsSpan(0, count));
            other.Read(begin, its.AsSpan(0, count));
            if (!own.AsSpan(0, count).SequenceEqual(its.AsSpan(0, count)))
                return false;
        }

        return true;
    }

    /// <summary>Asks the system to read a part of the values ahead, or all parts that they are made of.</summary>
    public void Prefetch(long first, long count)
    {
        if (Stored is { } stored)
        {
            stored.Prefetch(first * ValueBytes, count * ValueBytes);
            return;
        }

        foreach (TensorView part in Parts)
            part.Prefetch();
    }

    /// <summary>
    /// Takes a part of the values out of this process's memory; nothing where they are made of several parts, which others need.
    /// </summary>
    public void Release(long first, long count)
    {
        if (Stored is { } stored)
        {
            stored.Release(first * ValueBytes, count * ValueBytes);
        }
        else if (Parts is [var only] && count > 0)
        {
            // Nearly the bytes that the values are made of.
            double bytes = (double)only.ByteLength / ElementCount;
            long begin = (long)(first * bytes);
            only.Release(begin, Math.Min(only.ByteLength - begin, (long)(count * bytes)));
        }
    }
}
