namespace Microsoft.ML.Tokenizers;

/// <summary>The hash that the span-keyed tables share.</summary>
internal static class SpanHash
{
    public static uint Of(ReadOnlySpan<char> text)
    {
        uint hash = 2166136261;
        foreach (char c in text)
            hash = (hash ^ c) * 16777619;
        // FNV leaves the low bits weak, and the tables take the low bits.
        return hash ^ (hash >> 15);
    }
}
