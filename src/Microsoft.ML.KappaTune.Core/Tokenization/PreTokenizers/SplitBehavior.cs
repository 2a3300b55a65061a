namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>What becomes of the delimiters of a split.</summary>
internal enum SplitBehavior
{
    /// <summary>They go.</summary>
    Removed,

    /// <summary>Each is a word of its own.</summary>
    Isolated,

    /// <summary>Each ends the word before it.</summary>
    MergedWithPrevious,

    /// <summary>Each begins the word after it.</summary>
    MergedWithNext,

    /// <summary>Delimiters that touch are one word.</summary>
    Contiguous,
}
