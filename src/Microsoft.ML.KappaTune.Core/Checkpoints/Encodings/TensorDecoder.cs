using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Makes values of stored parts. Keeps nothing of what it reads, so that a checkpoint takes no memory.</summary>
/// <param name="codeBits">Bits a code; null where values aren't codes.</param>
internal abstract class TensorDecoder(int? codeBits)
{
    public int? CodeBits => codeBits;

    /// <summary>What of the files beside the weights the values depend on, for keys of what was found out about them.</summary>
    public virtual string Settings => "";

    /// <summary>Values from <paramref name="first"/> on, in row-major order, until the block is full.</summary>
    public abstract void Read(long first, Span<float> block);

    /// <summary>All values of a small part, such as scales.</summary>
    protected static float[] All(TensorView view)
    {
        float[] values = new float[view.ElementCount];
        view.Read(0, values);
        return values;
    }

    /// <summary>A part's 32-bit words, as they are stored.</summary>
    protected static ReadOnlySpan<uint> Words(TensorView view) =>
        MemoryMarshal.Cast<byte, uint>(view.Bytes(0, checked((int)view.ByteLength)));
}
