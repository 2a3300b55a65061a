namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>How much of two texts is kept where there is room for fewer tokens than they have.</summary>
internal static class Truncation
{
    /// <summary>
    /// "Longest first": the longer text loses tokens until both are as long, then both do. Of an odd number the longer
    /// text, or of equals the second, gets one more.
    /// </summary>
    public static (int First, int Second) LongestFirst(int first, int second, int room)
    {
        if (first + second <= room)
            return (first, second);
        int shorter = Math.Min(first, second), longer = Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
            (shorter, longer) = (room / 2, room / 2 + room % 2);
        return first > second ? (longer, shorter) : (shorter, longer);
    }
}
