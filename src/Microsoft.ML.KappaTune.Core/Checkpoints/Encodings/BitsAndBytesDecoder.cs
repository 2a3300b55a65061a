namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// bitsandbytes' 4-bit layout: two codes a byte, the first in the high bits, that count entries of a table; a largest value for each block
/// of values, row by row, which may be coded itself. Values are rounded to the type that the model computes with.
/// </summary>
internal sealed class BitsAndBytesDecoder(TensorView codes, TensorView largest, TensorView table, BitsAndBytesState state)
    : TensorDecoder(4)
{
    /// <summary>The parts that code <c>absmax</c>; both there or both null.</summary>
    public TensorView? NestedLargest { get; init; }

    public TensorView? NestedTable { get; init; }

    public override void Read(long first, Span<float> block)
    {
        long firstScale = first / state.BlockSize, count = (first + block.Length - 1) / state.BlockSize - firstScale + 1;
        float[] entries = All(table), scales = Scales(firstScale, count);
        ReadOnlySpan<byte> bytes = codes.Bytes(0, checked((int)codes.ByteLength));
        for (int i = 0; i < block.Length; i++)
        {
            long index = first + i;
            byte pair = bytes[(int)(index / 2)];
            float value = entries[index % 2 == 0 ? pair >> 4 : pair & 15] * scales[index / state.BlockSize - firstScale];
            block[i] = state.DataType switch
            {
                TensorDataType.BFloat16 => RoundToBFloat16(value),
                TensorDataType.Float16 => (float)(Half)value,
                _ => value,
            };
        }
    }

    private float[] Scales(long first, long count)
    {
        float[] scales = Values(largest, first, count);
        if (NestedLargest is null || NestedTable is null)
            return scales;
        long firstNested = first / state.NestedBlockSize;
        float[] entries = All(NestedTable);
        float[] nested = Values(NestedLargest, firstNested, (first + count - 1) / state.NestedBlockSize - firstNested + 1);
        for (int i = 0; i < scales.Length; i++)
            scales[i] = entries[(int)scales[i]] * nested[(first + i) / state.NestedBlockSize - firstNested] + state.NestedOffset;
        return scales;
    }

    /// <summary>To the nearest, halves to even.</summary>
    private static float RoundToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000);
    }
}
