using System.Buffers.Binary;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Blocks of 32 codes with one scale: the layouts that ggml gives them.</summary>
internal static class GgufBlocks
{
    private const int Half = 16;

    public static void Q4(ReadOnlySpan<byte> block, Span<float> values) => Nibbles(block[2..], 0, Scale(block), -8, 0, values);

    public static void Q4WithMinimum(ReadOnlySpan<byte> block, Span<float> values) =>
        Nibbles(block[4..], 0, Scale(block), 0, Scale(block[2..]), values);

    public static void Q5(ReadOnlySpan<byte> block, Span<float> values) =>
        Nibbles(block[6..], BinaryPrimitives.ReadUInt32LittleEndian(block[2..]), Scale(block), -16, 0, values);

    public static void Q5WithMinimum(ReadOnlySpan<byte> block, Span<float> values) =>
        Nibbles(block[8..], BinaryPrimitives.ReadUInt32LittleEndian(block[4..]), Scale(block), 0, Scale(block[2..]), values);

    public static void Q8(ReadOnlySpan<byte> block, Span<float> values)
    {
        float scale = Scale(block);
        for (int i = 0; i < values.Length; i++)
            values[i] = scale * (sbyte)block[2 + i];
    }

    public static float Scale(ReadOnlySpan<byte> bytes) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

    /// <summary>The low halves of the bytes are the first 16 codes, the high halves the others; a fifth bit of each is in a word.</summary>
    private static void Nibbles(ReadOnlySpan<byte> codes, uint fifths, float scale, int zero, float minimum, Span<float> values)
    {
        for (int i = 0; i < Half; i++)
        {
            int low = codes[i] & 15 | (int)(fifths >> i & 1) << 4;
            int high = codes[i] >> 4 | (int)(fifths >> (i + Half) & 1) << 4;
            values[i] = scale * (low + zero) + minimum;
            values[i + Half] = scale * (high + zero) + minimum;
        }
    }
}
