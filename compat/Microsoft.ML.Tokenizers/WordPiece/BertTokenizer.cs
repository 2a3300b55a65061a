namespace Microsoft.ML.Tokenizers;

/// <summary>
/// BERT's tokenizer: clean-up, words and punctuation, WordPiece, and special tokens around the result.
/// Through a variable of type <see cref="Tokenizer"/> the encoding has no special tokens around it.
/// </summary>
public sealed partial class BertTokenizer : WordPieceTokenizer
{
    private readonly HashSet<int> _frame;

    private BertTokenizer(
        Dictionary<string, int> vocabulary, BertOptions options, PreTokenizer? preTokenizer, Normalizer? normalizer,
        IReadOnlyDictionary<string, int>? specialTokens, IReadOnlyDictionary<string, int>? specialTokensInText)
        : base(vocabulary, options, preTokenizer, normalizer, specialTokens, specialTokensInText)
    {
        LowerCaseBeforeTokenization = options.LowerCaseBeforeTokenization;
        ApplyBasicTokenization = options.ApplyBasicTokenization;
        SplitOnSpecialTokens = options.SplitOnSpecialTokens;
        IndividuallyTokenizeCjk = options.IndividuallyTokenizeCjk;
        RemoveNonSpacingMarks = options.RemoveNonSpacingMarks;
        SeparatorToken = options.SeparatorToken;
        SeparatorTokenId = IdOf(vocabulary, SeparatorToken);
        PaddingToken = options.PaddingToken;
        PaddingTokenId = IdOf(vocabulary, PaddingToken);
        ClassificationToken = options.ClassificationToken;
        ClassificationTokenId = IdOf(vocabulary, ClassificationToken);
        MaskingToken = options.MaskingToken;
        MaskingTokenId = IdOf(vocabulary, MaskingToken);
        _frame = [UnknownTokenId, SeparatorTokenId, PaddingTokenId, ClassificationTokenId, MaskingTokenId];
    }

    /// <summary>Whether the text is lower-cased.</summary>
    public bool LowerCaseBeforeTokenization { get; }

    /// <summary>Whether the text is cleaned up and split at punctuation; else only at white space.</summary>
    public bool ApplyBasicTokenization { get; }

    /// <summary>Whether special tokens are found in the text.</summary>
    public bool SplitOnSpecialTokens { get; }

    /// <summary>Whether each CJK ideograph is a word.</summary>
    public bool IndividuallyTokenizeCjk { get; }

    /// <summary>Whether accents and other non-spacing marks are dropped.</summary>
    public bool RemoveNonSpacingMarks { get; }

    /// <summary>The token between and after sequences.</summary>
    public string SeparatorToken { get; }

    /// <summary>The id of <see cref="SeparatorToken"/>.</summary>
    public int SeparatorTokenId { get; }

    /// <summary>The token that fills up a batch.</summary>
    public string PaddingToken { get; }

    /// <summary>The id of <see cref="PaddingToken"/>.</summary>
    public int PaddingTokenId { get; }

    /// <summary>The token before the first sequence.</summary>
    public string ClassificationToken { get; }

    /// <summary>The id of <see cref="ClassificationToken"/>.</summary>
    public int ClassificationTokenId { get; }

    /// <summary>The token that stands for a hidden one.</summary>
    public string MaskingToken { get; }

    /// <summary>The id of <see cref="MaskingToken"/>.</summary>
    public int MaskingTokenId { get; }
}
