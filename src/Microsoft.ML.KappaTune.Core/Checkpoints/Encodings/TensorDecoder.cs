using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// Decodes a tensor's values from its stored parts. It keeps nothing of what it reads, so that a checkpoint takes no memory.
/// </summary>
/// <param name="codeBits">Bits a code; null where values aren't codes.</param>
internal abstract class TensorDecoder(int? codeBits)
{
    public int? CodeBits => codeBits;

    /// <summary>Settings from files beside the weights that the values depend on; a part of the scan cache's key.</summary>
    public virtual string Settings => "";

    /// <summary>Values from <paramref name="first"/> on, in row-major order, until the block is full.</summary>
    public abstract void Read(long first, Span<float> block);

    /// <summary>Reads some values of a part.</summary>
    protected static float[] Values(TensorView view, long first, long count)
    {
        float[] values = new float[count];
        view.Read(first, values);
        return values;
    }

    /// <summary>The rows of a matrix that a block of its values lies in.</summary>
    protected static (long First, int Count) Rows(long first, int length, long columns)
    {
        long start = first / columns;
        return (start, (int)((first + length - 1) / columns - start + 1));
    }

    /// <summary>Some columns of all rows of a matrix, row by row.</summary>
    protected static float[] Columns(TensorView view, long first, int count)
    {
        float[] values = new float[view.Shape[0] * count];
        for (int row = 0; row < view.Shape[0]; row++)
            view.Read(row * view.Shape[1] + first, values.AsSpan(row * count, count));
        return values;
    }

    /// <summary>All values of a small part.</summary>
    protected static float[] All(TensorView view) => Values(view, 0, view.ElementCount);

    /// <summary>A part's 32-bit words, as they are stored.</summary>
    protected static ReadOnlySpan<uint> Words(TensorView view) =>
        MemoryMarshal.Cast<byte, uint>(view.Bytes(0, checked((int)view.ByteLength)));
}
