namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>How a byte-pair model treats what its merges don't say; the names are those of <c>tokenizer.json</c>.</summary>
internal sealed record BpeOptions
{
    /// <summary>The token for a character that is none; without one such characters vanish.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Whether unknown characters that touch are one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether a character that is no token becomes the tokens of its UTF-8 bytes, such as <c>&lt;0xE2&gt;</c>.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a word that is a token is taken as such, whatever the merges say.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>What the tokens of all characters but a word's first begin with.</summary>
    public string ContinuationPrefix { get; init; } = "";

    /// <summary>What the token of a word's last character ends with.</summary>
    public string EndOfWordSuffix { get; init; } = "";
}
