using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.KappaTune.Compute;

/// <summary>
/// Dropout. On the CPU the masks are made here, because the tensor library draws them number by number on one thread, which is a tenth
/// of a training step and more. One number of a <see cref="DropoutGenerator"/> decides a whole mask, so that the mask is the same with any
/// number of threads and any width of vectors.
/// </summary>
internal static class DropoutMask
{
    private const int PieceValues = 1 << 16;

    /// <summary>Zeros a share <paramref name="p"/> of the values, and divides the others by 1 - p.</summary>
    public static Tensor Apply(Tensor input, double p, bool inPlace = false)
    {
        if (input.device_type != DeviceType.CPU)
        {
            DropoutGenerator.Current.SeedGpu();
            return nn.functional.dropout(input, p, training: true, inPlace);
        }

        using Tensor mask = Draw(input.shape, p, input.dtype);
        return inPlace ? input.mul_(mask) : input.mul(mask);
    }

    /// <summary>0 with probability <paramref name="p"/>, else 1 / (1 - p).</summary>
    internal static Tensor Draw(long[] shape, double p, ScalarType dtype)
    {
        using var guard = no_grad();
        ulong key = (ulong)DropoutGenerator.Current.Next();
        Tensor mask = empty(shape, dtype: ScalarType.Float32, device: CPU);
        using (Tensor flat = mask.view(-1))
        {
            long count = flat.NumberOfElements;
            var threads = new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() };
            Parallel.For(0L, (count + PieceValues - 1) / PieceValues, threads, piece =>
            {
                long begin = piece * PieceValues;
                using Tensor part = flat.narrow(0, begin, Math.Min(PieceValues, count - begin));
                Fill(MemoryMarshal.Cast<byte, float>(part.bytes), key + (ulong)begin, p);
            });
        }

        if (dtype == ScalarType.Float32)
            return mask;
        using (mask)
            return mask.to(dtype);
    }

    /// <summary>
    /// Decides each value by a hash of the key's upper half and of the value's index, which counts on from the key's lower half.
    /// </summary>
    // Without this the first calls would run unoptimised, where vectors cost more than they save.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Fill(Span<float> mask, ulong key, double p)
    {
        uint number = (uint)key, upper = (uint)(key >> 32), dropped = (uint)Math.Round(p * uint.MaxValue);
        float kept = (float)(1 / (1 - p));
        Span<uint> first = stackalloc uint[Vector<uint>.Count];
        for (int lane = 0; lane < first.Length; lane++)
            first[lane] = number + (uint)lane;

        var numbers = new Vector<uint>(first);
        Vector<uint> uppers = new(upper), limit = new(dropped), step = new((uint)Vector<uint>.Count);
        var value = new Vector<float>(kept);
        int i = 0;
        for (; i <= mask.Length - Vector<uint>.Count; i += Vector<uint>.Count, numbers += step)
        {
            Vector<uint> keeps = Vector.GreaterThanOrEqual(Mix(Mix(numbers) + uppers), limit);
            (Vector.AsVectorSingle(keeps) & value).CopyTo(mask[i..]);
        }

        for (; i < mask.Length; i++)
            mask[i] = Mix(Mix(number + (uint)i) + upper) >= dropped ? kept : 0;
    }

    /// <summary>
    /// MurmurHash3's last step (Appleby, 2011): every bit of the input changes every bit of the output with probability ½.
    /// </summary>
    private static Vector<uint> Mix(Vector<uint> x)
    {
        x = (x ^ Vector.ShiftRightLogical(x, 16)) * new Vector<uint>(0x85ebca6b);
        x = (x ^ Vector.ShiftRightLogical(x, 13)) * new Vector<uint>(0xc2b2ae35);
        return x ^ Vector.ShiftRightLogical(x, 16);
    }

    private static uint Mix(uint x)
    {
        x = (x ^ (x >> 16)) * 0x85ebca6b;
        x = (x ^ (x >> 13)) * 0xc2b2ae35;
        return x ^ (x >> 16);
    }
}
