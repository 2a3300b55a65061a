namespace Microsoft.ML.Trainers.FastTree;

/// <summary>One feature of all rows, each value replaced by the number of the interval it falls into.</summary>
/// <param name="UpperBounds">Ascending; bin b holds the values up to and including its bound. The last bin has no bound and holds NaN,
/// where there are any.</param>
/// <param name="Bins">A bin number a row.</param>
internal sealed record BinnedFeature(float[] UpperBounds, ushort[] Bins)
{
    public int BinCount => UpperBounds.Length + 1;

    /// <summary>
    /// At most <paramref name="maximumBins"/> bins for numbers: one a distinct value if that is enough, else equally full ones.
    /// </summary>
    public static BinnedFeature Create(float[] values, int maximumBins)
    {
        float[] numbers = [.. values.Where(v => !float.IsNaN(v))];
        Array.Sort(numbers);
        List<float> bounds = Bounds(numbers, maximumBins);
        if (numbers.Length < values.Length)
            bounds.Add(float.PositiveInfinity); // every number is below, NaN is not

        float[] upper = [.. bounds];
        return new BinnedFeature(upper, Array.ConvertAll(values, v => (ushort)Bin(upper, v)));
    }

    private static List<float> Bounds(float[] sorted, int maximumBins)
    {
        var starts = new List<int>(); // where a new distinct value begins, but for the first
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i] != sorted[i - 1])
                starts.Add(i);

        var bounds = new List<float>();
        foreach (int start in starts)
            if (starts.Count < maximumBins || start >= (bounds.Count + 1L) * sorted.Length / maximumBins)
                bounds.Add(Between(sorted[start - 1], sorted[start]));
        return bounds;
    }

    /// <summary>A number t with low &lt;= t &lt; high, in the middle where there is one.</summary>
    private static float Between(float low, float high)
    {
        float middle = (float)(((double)low + high) / 2);
        return middle >= low && middle < high ? middle : low;
    }

    private static int Bin(float[] upperBounds, float value)
    {
        if (float.IsNaN(value))
            return upperBounds.Length;
        int index = Array.BinarySearch(upperBounds, value);
        return index >= 0 ? index : ~index;
    }
}
