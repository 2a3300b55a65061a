using System.Numerics;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>Finds NaN and infinities in weights, of which no condition number can be told.</summary>
internal static class FiniteCheck
{
    /// <summary>The place of the first value that is NaN or infinite; -1 where all are finite.</summary>
    public static int IndexOfNotFinite(ReadOnlySpan<float> values)
    {
        // 0 · x is 0 for every finite x, and NaN for the others; one NaN makes the sum NaN.
        const int Block = 4096;
        for (int start = 0; start < values.Length; start += Block)
        {
            ReadOnlySpan<float> block = values.Slice(start, Math.Min(Block, values.Length - start));
            Vector<float> sum = Vector<float>.Zero;
            int i = 0;
            for (; i <= block.Length - Vector<float>.Count; i += Vector<float>.Count)
                sum += new Vector<float>(block[i..]) * 0f;
            float rest = Vector.Sum(sum);
            for (; i < block.Length; i++)
                rest += block[i] * 0f;
            if (float.IsNaN(rest))
                return start + IndexOfNotFiniteIn(block);
        }

        return -1;
    }

    /// <summary>The error for a value that isn't finite.</summary>
    public static CheckpointFormatException NotFinite(TensorView tensor, long index, float value) => new(
        tensor.File,
        $"the value {index} of {tensor.ElementCount} is {(float.IsNaN(value) ? "NaN" : "infinite")}, so the tensor has no condition number",
        "Take an undamaged checkpoint, or report such tensors instead of stopping.",
        tensor.Name);

    private static int IndexOfNotFiniteIn(ReadOnlySpan<float> block)
    {
        int i = 0;
        while (float.IsFinite(block[i]))
            i++;
        return i;
    }
}
