using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Values as the bytes of a GGUF type that is written: F32, F16 and Q8_0.</summary>
internal static class GgufEncoding
{
    private const float LargestCode = 127;

    /// <summary>Whether rows of so many values can be written in a type.</summary>
    public static bool Fits(GgufType type, long columns) => columns % type.BlockValues == 0;

    /// <param name="values">Whole blocks.</param>
    /// <exception cref="OverflowException">A value is larger than the type can hold.</exception>
    public static byte[] Encode(GgufType type, ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[values.Length / type.BlockValues * type.BlockBytes];
        if (type == GgufType.F32)
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
        else if (type == GgufType.F16)
            Halves(values, bytes);
        else if (type == GgufType.Q8)
            Blocks(values, bytes);
        else
            throw new ArgumentOutOfRangeException(nameof(type), type.Name, "Written are F32, F16 and Q8_0.");
        return bytes;
    }

    private static void Halves(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteHalfLittleEndian(bytes[(2 * i)..], Checked(values[i]));
    }

    /// <summary>Each block's largest value is the code 127; the others are rounded to the nearest code, halves away from zero.</summary>
    private static void Blocks(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        (int length, int size) = (GgufType.Q8.BlockValues, GgufType.Q8.BlockBytes);
        for (int block = 0; block * length < values.Length; block++)
        {
            ReadOnlySpan<float> some = values.Slice(block * length, length);
            Span<byte> coded = bytes.Slice(block * size, size);
            float largest = 0;
            foreach (float value in some)
                largest = Math.Max(largest, Math.Abs(value));
            float scale = largest / LargestCode, inverse = scale > 0 ? 1 / scale : 0;
            BinaryPrimitives.WriteHalfLittleEndian(coded, Checked(scale));
            for (int i = 0; i < length; i++)
                coded[2 + i] = (byte)(sbyte)MathF.Round(some[i] * inverse, MidpointRounding.AwayFromZero);
        }
    }

    private static Half Checked(float value) => (Half)value is var half && Half.IsFinite(half)
        ? half
        : throw new OverflowException($"{value} is larger than 16 bits can hold.");
}
