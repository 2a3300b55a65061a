namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>A text, or a pair, as a model takes it.</summary>
/// <param name="Ids">The ids, special tokens included.</param>
/// <param name="TypeIds">For each id the segment it belongs to: 0 or 1.</param>
/// <param name="Truncated">Whether tokens were cut off.</param>
/// <param name="TokenCount">How many tokens there were before that, special tokens included.</param>
internal readonly record struct EncodedText(int[] Ids, int[] TypeIds, bool Truncated, int TokenCount)
{
    /// <summary>The fewest tokens of a text that is worth it: the two special ones, and two of its own.</summary>
    public const int ShortestSequence = 4;
}
