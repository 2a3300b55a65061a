using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// GPTQ's layout: codes packed along the inputs, low bits first, [inputs · bits / 32, outputs]; a scale and a zero point for each group of
/// inputs and each output. The weight is [outputs, inputs].
/// </summary>
/// <param name="codes">32-bit words.</param>
/// <param name="zeros">Zero points packed along the outputs, [groups, outputs · bits / 32].</param>
/// <param name="scales">[groups, outputs].</param>
/// <param name="groups">The group of each input; null where they follow each other.</param>
/// <param name="groupSize">Inputs of a group where they do.</param>
/// <param name="bits">Bits a code: 2, 4 or 8.</param>
/// <param name="zeroOffset">What the file's zero points lack: 1 in the first version of the format, 0 in the second.</param>
internal sealed class GptqDecoder(
    TensorView codes, TensorView zeros, TensorView scales, TensorView? groups, long groupSize, int bits, uint zeroOffset)
    : TensorDecoder(bits)
{
    public override string Settings => $"{zeroOffset} {groupSize}";

    public override void Read(long first, Span<float> block)
    {
        int perWord = 32 / bits;
        uint mask = (1u << bits) - 1;
        long outputs = codes.Shape[1], inputs = codes.Shape[0] * perWord, zeroWords = zeros.Shape[1];
        ReadOnlySpan<uint> words = Words(codes), zeroPoints = Words(zeros);
        ReadOnlySpan<int> groupOf = groups is null ? [] : MemoryMarshal.Cast<byte, int>(groups.Bytes(0, checked((int)groups.ByteLength)));
        (long start, int count) = Rows(first, block.Length, inputs);
        float[] scale = Columns(scales, start, count);
        for (int i = 0; i < block.Length; i++)
        {
            (long output, long input) = Math.DivRem(first + i, inputs);
            long group = groups is null ? input / groupSize : Checked(groupOf[(int)input], input);
            uint code = (words[(int)(input / perWord * outputs + output)] >> (int)(input % perWord) * bits) & mask;
            uint zero = (zeroPoints[(int)(group * zeroWords + output / perWord)] >> (int)(output % perWord) * bits) + zeroOffset & mask;
            block[i] = scale[group * count + output - start] * ((int)code - (int)zero);
        }
    }

    private int Checked(int group, long input) => group >= 0 && group < scales.Shape[0] ? group : throw new CheckpointFormatException(
        groups!.File, $"the group {group} of input {input} isn't one of {scales.Shape[0]}", SafetensorsFile.Damaged, groups.Name);
}
