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

    /// <inheritdoc cref="IndexOfNotFinite(ReadOnlySpan{float})"/>
    public static int IndexOfNotFinite(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value * 0;
        if (!double.IsNaN(sum))
            return -1;
        int i = 0;
        while (double.IsFinite(values[i]))
            i++;
        return i;
    }

    /// <summary>What helps where a condition number was asked for.</summary>
    public const string ScanRemedy =
        "Take an undamaged checkpoint, exclude the tensor, or have such tensors listed without a condition number "
        + "(ScanOptions.NonFinite = Report, --non-finite report).";

    /// <summary>The error for a value that isn't finite.</summary>
    public static CheckpointFormatException NotFinite(
        string file, string tensor, IReadOnlyList<long> shape, long index, double value, string remedy) => new(
        file,
        $"the value at {PlaceOf(index, shape)} of [{string.Join(", ", shape)}] is {(double.IsNaN(value) ? "NaN" : "infinite")}",
        remedy,
        tensor);

    /// <summary>A row and a column where there are; else the indices, outermost first.</summary>
    private static string PlaceOf(long index, IReadOnlyList<long> shape)
    {
        if (shape.Count < 2)
            return $"index {index}";
        if (shape.Count == 2)
            return $"row {index / shape[1]}, column {index % shape[1]}";
        long[] places = new long[shape.Count];
        for (int i = shape.Count - 1; i >= 0; i--)
            (index, places[i]) = Math.DivRem(index, shape[i]);
        return $"index [{string.Join(", ", places)}]";
    }

    private static int IndexOfNotFiniteIn(ReadOnlySpan<float> block)
    {
        int i = 0;
        while (float.IsFinite(block[i]))
            i++;
        return i;
    }
}
