using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Stored values to float32 or float64, a block at a time. Sources need no alignment.</summary>
internal static unsafe class TensorConversion
{
    private static readonly float[] E4M3 = Table(DecodeE4M3);
    private static readonly float[] E5M2 = Table(b => (float)BitConverter.UInt16BitsToHalf((ushort)(b << 8)));

    /// <summary>Rounds where float32 can't hold the value: F64 and the wide integers.</summary>
    public static void ToSingle(TensorDataType type, byte* source, Span<float> block)
    {
        switch (type)
        {
            case TensorDataType.Float32: Values<float>(source, block.Length).CopyTo(block); break;
            case TensorDataType.Float16: FromFloat16(Values<ushort>(source, block.Length), block); break;
            case TensorDataType.BFloat16: FromBFloat16(Values<ushort>(source, block.Length), block); break;
            case TensorDataType.Float8E4M3: LookUp(E4M3, source, block); break;
            case TensorDataType.Float8E5M2: LookUp(E5M2, source, block); break;
            default: Cast(type, source, block); break;
        }
    }

    /// <summary>Exact for every type but the 64-bit integers above 2^53.</summary>
    public static void ToDouble(TensorDataType type, byte* source, Span<double> block)
    {
        switch (type)
        {
            case TensorDataType.Float64:
                Values<double>(source, block.Length).CopyTo(block);
                break;
            case TensorDataType.Float32:
                Widen(Values<float>(source, block.Length), block);
                break;
            case TensorDataType.Float16 or TensorDataType.BFloat16 or TensorDataType.Float8E4M3 or TensorDataType.Float8E5M2:
                // Exact in float32, which has the fast paths; the chunk stays in the first-level cache.
                Span<float> chunk = stackalloc float[1024];
                for (int done = 0; done < block.Length; done += chunk.Length)
                {
                    Span<double> target = block.Slice(done, Math.Min(chunk.Length, block.Length - done));
                    Span<float> part = chunk[..target.Length];
                    ToSingle(type, source + (long)done * type.Size(), part);
                    Widen(part, target);
                }

                break;
            default:
                Cast(type, source, block);
                break;
        }
    }

    private static void Cast<T>(TensorDataType type, byte* source, Span<T> block)
        where T : INumber<T>
    {
        switch (type)
        {
            case TensorDataType.Float64: Cast<double, T>(source, block); break;
            case TensorDataType.Int64: Cast<long, T>(source, block); break;
            case TensorDataType.Int32: Cast<int, T>(source, block); break;
            case TensorDataType.Int16: Cast<short, T>(source, block); break;
            case TensorDataType.Int8: Cast<sbyte, T>(source, block); break;
            case TensorDataType.UInt64: Cast<ulong, T>(source, block); break;
            case TensorDataType.UInt32: Cast<uint, T>(source, block); break;
            case TensorDataType.UInt16: Cast<ushort, T>(source, block); break;
            case TensorDataType.UInt8: Cast<byte, T>(source, block); break;
            case TensorDataType.Boolean:
                for (int i = 0; i < block.Length; i++)
                    block[i] = source[i] == 0 ? T.Zero : T.One;
                break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    private static void Cast<TSource, T>(byte* source, Span<T> block)
        where TSource : unmanaged, INumber<TSource>
        where T : INumber<T>
    {
        ReadOnlySpan<TSource> values = Values<TSource>(source, block.Length);
        for (int i = 0; i < block.Length; i++)
            block[i] = T.CreateTruncating(values[i]);
    }

    private static void FromBFloat16(ReadOnlySpan<ushort> source, Span<float> block)
    {
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            Vector.AsVectorSingle(Vector.ShiftLeft(low, 16)).CopyTo(block[i..]);
            Vector.AsVectorSingle(Vector.ShiftLeft(high, 16)).CopyTo(block[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
            block[i] = BitConverter.UInt32BitsToSingle((uint)source[i] << 16);
    }

    private static void FromFloat16(ReadOnlySpan<ushort> source, Span<float> block)
    {
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            FromFloat16(low).CopyTo(block[i..]);
            FromFloat16(high).CopyTo(block[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
            block[i] = (float)BitConverter.UInt16BitsToHalf(source[i]);
    }

    /// <summary>
    /// Exponent and fraction moved to float32's places are the value times 2^-112 (the difference of the exponents'
    /// biases, 127 - 15), subnormals included, so one exact multiplication finishes; infinities and NaN need their exponent back.
    /// </summary>
    private static Vector<float> FromFloat16(Vector<uint> half)
    {
        Vector<uint> magnitude = Vector.ShiftLeft(half & new Vector<uint>(0x7fff), 13);
        Vector<uint> sign = Vector.ShiftLeft(half & new Vector<uint>(0x8000), 16);
        Vector<uint> scaled = Vector.AsVectorUInt32(Vector.AsVectorSingle(magnitude) * BitConverter.UInt32BitsToSingle((112 + 127) << 23));
        Vector<uint> notFinite = Vector.GreaterThanOrEqual(magnitude, new Vector<uint>(0x7c00 << 13)) & new Vector<uint>(0x7f800000);
        return Vector.AsVectorSingle(scaled | notFinite | sign);
    }

    private static void Widen(ReadOnlySpan<float> source, Span<double> block)
    {
        int i = 0;
        for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(source[i..]), out Vector<double> low, out Vector<double> high);
            low.CopyTo(block[i..]);
            high.CopyTo(block[(i + Vector<double>.Count)..]);
        }

        for (; i < source.Length; i++)
            block[i] = source[i];
    }

    private static void LookUp(float[] table, byte* source, Span<float> block)
    {
        for (int i = 0; i < block.Length; i++)
            block[i] = table[source[i]];
    }

    private static float[] Table(Func<int, float> decode) => [.. Enumerable.Range(0, 256).Select(decode)];

    /// <summary>Bias 7; the exponent 15 is an ordinary one but for the fraction 7, which is NaN.</summary>
    private static float DecodeE4M3(int code)
    {
        int exponent = (code >> 3) & 15, fraction = code & 7;
        float magnitude = (exponent, fraction) switch
        {
            (15, 7) => float.NaN,
            (0, _) => MathF.ScaleB(fraction, -9),
            _ => MathF.ScaleB(8 + fraction, exponent - 10),
        };
        return (code & 0x80) == 0 ? magnitude : -magnitude;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<T> Values<T>(byte* source, int count)
        where T : unmanaged => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AsRef<T>(source), count);
}
