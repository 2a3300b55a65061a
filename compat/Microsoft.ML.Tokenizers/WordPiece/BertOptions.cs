namespace Microsoft.ML.Tokenizers;

/// <summary>What a <see cref="BertTokenizer"/> is made with, besides its vocabulary.</summary>
public sealed class BertOptions : WordPieceOptions
{
    /// <summary>Whether the text is lower-cased.</summary>
    public bool LowerCaseBeforeTokenization { get; set; } = true;

    /// <summary>Whether the text is cleaned up and split at punctuation; else only at white space.</summary>
    public bool ApplyBasicTokenization { get; set; } = true;

    /// <summary>Whether special tokens are found in the text.</summary>
    public bool SplitOnSpecialTokens { get; set; } = true;

    /// <summary>The token between and after sequences.</summary>
    public string SeparatorToken { get; set; } = "[SEP]";

    /// <summary>The token that fills up a batch.</summary>
    public string PaddingToken { get; set; } = "[PAD]";

    /// <summary>The token before the first sequence.</summary>
    public string ClassificationToken { get; set; } = "[CLS]";

    /// <summary>The token that stands for a hidden one.</summary>
    public string MaskingToken { get; set; } = "[MASK]";

    /// <summary>Whether each CJK ideograph is a word.</summary>
    public bool IndividuallyTokenizeCjk { get; set; } = true;

    /// <summary>Whether accents and other non-spacing marks are dropped.</summary>
    public bool RemoveNonSpacingMarks { get; set; }
}
