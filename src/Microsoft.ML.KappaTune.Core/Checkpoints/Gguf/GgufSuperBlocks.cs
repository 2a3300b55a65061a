namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Blocks of 256 codes, whose parts have scales that are codes themselves: the layouts that ggml gives them.</summary>
internal static class GgufSuperBlocks
{
    private const int Part = 32, ScalesAt = 4, ScalesLength = 12;

    public static void Q4(ReadOnlySpan<byte> block, Span<float> values) =>
        WithMinimum(block, [], block[(ScalesAt + ScalesLength)..], values);

    public static void Q5(ReadOnlySpan<byte> block, Span<float> values)
    {
        ReadOnlySpan<byte> fifths = block.Slice(ScalesAt + ScalesLength, Part);
        WithMinimum(block, fifths, block[(ScalesAt + ScalesLength + Part)..], values);
    }

    /// <summary>
    /// Two halves of 128 codes: their low four bits, then their high two, then 16 scales a block, then the scale of scales.
    /// </summary>
    public static void Q6(ReadOnlySpan<byte> block, Span<float> values)
    {
        const int HighAt = 128, ScaleAt = 192;
        float scale = GgufBlocks.Scale(block[208..]);
        for (int half = 0; half < 2; half++)
        {
            ReadOnlySpan<byte> low = block[(64 * half)..], high = block[(HighAt + 32 * half)..], scales = block[(ScaleAt + 8 * half)..];
            for (int i = 0; i < 128; i++)
            {
                (int quarter, int place) = Math.DivRem(i, Part);
                int bits = low[place + Part * (quarter % 2)];
                int code = (quarter < 2 ? bits & 15 : bits >> 4) | (high[place] >> (2 * quarter) & 3) << 4;
                values[128 * half + i] = scale * (sbyte)scales[2 * quarter + place / 16] * (code - 32);
            }
        }
    }

    /// <summary>Eight parts, two in the halves of the same 32 bytes; each with a scale and a minimum of six bits.</summary>
    private static void WithMinimum(ReadOnlySpan<byte> block, ReadOnlySpan<byte> fifths, ReadOnlySpan<byte> codes, Span<float> values)
    {
        float scale = GgufBlocks.Scale(block), minimum = GgufBlocks.Scale(block[2..]);
        ReadOnlySpan<byte> packed = block.Slice(ScalesAt, ScalesLength);
        for (int part = 0; part < 8; part++)
        {
            (int s, int m) = part < 4
                ? (packed[part] & 63, packed[part + 4] & 63)
                : (packed[part + 4] & 15 | packed[part - 4] >> 6 << 4, packed[part + 4] >> 4 | packed[part] >> 6 << 4);
            ReadOnlySpan<byte> pair = codes.Slice(part / 2 * Part, Part);
            for (int i = 0; i < Part; i++)
            {
                int code = part % 2 == 0 ? pair[i] & 15 : pair[i] >> 4;
                if (!fifths.IsEmpty)
                    code |= (fifths[i] >> part & 1) << 4;
                values[part * Part + i] = scale * s * code - minimum * m;
            }
        }
    }
}
