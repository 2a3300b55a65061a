namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// AWQ's layout for matrix products: codes of four bits packed along the outputs in an order of its own, [inputs, outputs / 8]; a scale
/// and a zero point for each group of inputs and each output. The weight is [outputs, inputs].
/// </summary>
/// <param name="codes">32-bit words.</param>
/// <param name="zeros">Zero points packed as the codes are, [groups, outputs / 8].</param>
/// <param name="scales">[groups, outputs].</param>
/// <param name="groupSize">Inputs of a group.</param>
internal sealed class AwqDecoder(TensorView codes, TensorView zeros, TensorView scales, long groupSize) : TensorDecoder(4)
{
    private const int PerWord = 8;

    /// <summary>Where in its word the code of each of eight outputs is, in bits: the word holds outputs 0, 2, 4, 6, 1, 3, 5, 7.</summary>
    private static readonly int[] Shift = [0, 16, 4, 20, 8, 24, 12, 28];

    public override string Settings => $"{groupSize}";

    public override void Read(long first, Span<float> block)
    {
        long inputs = codes.Shape[0], words = codes.Shape[1];
        ReadOnlySpan<uint> packed = Words(codes), zeroPoints = Words(zeros);
        (long start, int count) = Rows(first, block.Length, inputs);
        float[] scale = Columns(scales, start, count);
        for (int i = 0; i < block.Length; i++)
        {
            (long output, long input) = Math.DivRem(first + i, inputs);
            long group = input / groupSize;
            (long word, long place) = Math.DivRem(output, PerWord);
            int code = (int)(packed[(int)(input * words + word)] >> Shift[place] & 15);
            int zero = (int)(zeroPoints[(int)(group * words + word)] >> Shift[place] & 15);
            block[i] = scale[group * count + output - start] * (code - zero);
        }
    }
}
