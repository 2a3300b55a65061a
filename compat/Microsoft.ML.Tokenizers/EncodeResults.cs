namespace Microsoft.ML.Tokenizers;

/// <summary>What encoding a text gave.</summary>
public struct EncodeResults<T>
{
    /// <summary>The tokens.</summary>
    public IReadOnlyList<T> Tokens { get; set; }

    /// <summary>The normalized text; null where the text was not normalized.</summary>
    public string? NormalizedText { get; set; }

    /// <summary>How many characters of the normalized text, or else of the text, the tokens cover.</summary>
    public int CharsConsumed { get; set; }
}
