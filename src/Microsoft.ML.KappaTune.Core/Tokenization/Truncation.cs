namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>How much of two texts is kept where they have more tokens than allowed.</summary>
internal static class Truncation
{
    /// <summary>
    /// "Longest first": the longer text loses tokens until both are as long, then both do. Of an odd number the longer
    /// text, or of equals the second, gets one more.
    /// </summary>
    public static (int First, int Second) LongestFirst(int first, int second, int most)
    {
        if (first + second <= most)
            return (first, second);
        int shorter = Math.Min(first, second), longer = Math.Max(shorter, most - shorter);
        if (shorter + longer > most)
            (shorter, longer) = (most / 2, most / 2 + most % 2);
        return first > second ? (longer, shorter) : (shorter, longer);
    }
}
