using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>Memory for the values of one packed weight at a time.</summary>
internal sealed class PackedBuffer : IDisposable
{
    /// <summary>Values that a thread makes at once: whole blocks of every layout.</summary>
    private const int PieceValues = 1 << 16;

    /// <summary>Values that are made in one go where they are then rounded or copied to another device: work for 64 threads.</summary>
    private const int StagedValues = 64 * PieceValues;

    private readonly Tensor _values;

    // Where values are made before they are rounded or copied; null where they are made in their place.
    private readonly Tensor? _staged;

    public PackedBuffer(long size, ScalarType dtype, Device device)
    {
        _values = empty(size, dtype: dtype, device: device).DetachFromDisposeScope();
        if (dtype != ScalarType.Float32 || device.type != TorchSharp.DeviceType.CPU)
            _staged = empty(Math.Min(size, StagedValues), dtype: ScalarType.Float32, device: CPU).DetachFromDisposeScope();
    }

    /// <summary>Values that it has room for.</summary>
    public long Size => _values.NumberOfElements;

    public ScalarType Type => _values.dtype;

    public long ByteLength => _values.NumberOfElements * _values.ElementSize + (_staged?.NumberOfElements ?? 0) * sizeof(float);

    /// <summary>The values of the codes in their shape, until the next call; the tensor belongs to the caller's dispose scope.</summary>
    public Tensor Fill(LogicalTensor codes)
    {
        using Tensor all = _values.narrow(0, 0, codes.ElementCount);
        long step = _staged?.NumberOfElements ?? codes.ElementCount;
        for (long begin = 0; begin < codes.ElementCount; begin += step)
        {
            long count = Math.Min(step, codes.ElementCount - begin);
            using Tensor target = all.narrow(0, begin, count);
            if (_staged is null)
            {
                Decode(codes, begin, target);
                continue;
            }

            using Tensor staged = _staged.narrow(0, 0, count);
            Decode(codes, begin, staged);
            target.copy_(staged);
        }

        return all.view([.. codes.Shape]);
    }

    public void Dispose()
    {
        _values.Dispose();
        _staged?.Dispose();
    }

    /// <param name="codes">The weight.</param>
    /// <param name="first">Its first value that is made.</param>
    /// <param name="values">What the values are written to, in one dimension, float32 on the CPU.</param>
    private static void Decode(LogicalTensor codes, long first, Tensor values)
    {
        long count = values.NumberOfElements, pieces = (count + PieceValues - 1) / PieceValues;
        Parallel.For(0L, pieces, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, piece =>
        {
            long begin = piece * PieceValues;
            using Tensor part = values.narrow(0, begin, Math.Min(PieceValues, count - begin));
            codes.Read(first + begin, MemoryMarshal.Cast<byte, float>(part.bytes));
        });
    }
}
