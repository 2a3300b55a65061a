namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>What a model's files say, read and checked: all that a tokenizer needs.</summary>
internal sealed record TokenizerParts
{
    public required TokenModel Model { get; init; }

    public IReadOnlyList<INormalizer> Normalizers { get; init; } = [];

    public IReadOnlyList<IPreTokenizer> PreTokenizers { get; init; } = [];

    public PostProcessor PostProcessor { get; init; } = PostProcessor.None;

    /// <summary>Null where the file has none: the tokens are then joined with spaces.</summary>
    public IReadOnlyList<IDecoder>? Decoders { get; init; }

    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    public SpecialTokens Special { get; init; } = new();

    /// <summary>Tokens of the longest text, special ones included; null for no limit.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether what is too long loses its beginning, not its end.</summary>
    public bool TruncatesLeft { get; init; }
}
