using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Layers;

/// <summary>
/// A weight that stays as its checkpoint stores it, codes in blocks with their scales: its values are made whenever they are needed. Safe
/// to read from several threads. Valid until its checkpoint is disposed.
/// </summary>
/// <param name="codes">The weight.</param>
/// <param name="device">Where its values are needed.</param>
internal sealed class PackedWeight(LogicalTensor codes, Device device)
{
    /// <summary>Values that a thread makes at once: whole blocks of every layout.</summary>
    private const int PieceValues = 1 << 16;

    public Device Device => device;

    /// <summary>Bytes of the codes and of what belongs to them.</summary>
    public long ByteLength => codes.Parts.Sum(part => part.ByteLength);

    /// <summary>All values in the weight's shape, the same in every call; they belong to the caller's dispose scope.</summary>
    public Tensor Values(ScalarType dtype)
    {
        using var mode = no_grad();
        using var scope = NewDisposeScope();
        Tensor values = empty([.. codes.Shape], dtype: ScalarType.Float32, device: CPU), flat = values.view(-1);
        long pieces = (codes.ElementCount + PieceValues - 1) / PieceValues;
        Parallel.For(0L, pieces, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, piece =>
        {
            long begin = piece * PieceValues;
            using Tensor part = flat.narrow(0, begin, Math.Min(PieceValues, codes.ElementCount - begin));
            codes.Read(begin, MemoryMarshal.Cast<byte, float>(part.bytes));
        });
        return values.to(dtype, device).MoveToOuterDisposeScope();
    }
}
