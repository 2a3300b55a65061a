namespace Microsoft.ML.Tokenizers;

/// <summary>Which neighbours byte-pair encoding joins, and in what order.</summary>
internal interface IMergeRule
{
    /// <summary>Whether two neighbours join to a token; the pair of the lowest rank joins first.</summary>
    bool TryMerge(ReadOnlySpan<char> joined, int left, int right, out int rank, out int id);
}
