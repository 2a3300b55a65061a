using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <content>What Microsoft.ML.Tokenizers asks of a tokenizer: no special tokens, and places in the text as it was given.</content>
internal sealed partial class HuggingFaceTokenizer
{
    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        (TokenSpan[] tokens, int consumed) = Tokens(text, textSpan, settings);
        return new EncodeResults<EncodedToken>
        {
            Tokens = [.. tokens.Select(token => new EncodedToken(token.Id, TokenOf(token.Id)!, token.Start..token.End))],
            CharsConsumed = consumed,
        };
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        (TokenSpan[] tokens, int consumed) = Tokens(text, textSpan, settings);
        return new EncodeResults<int> { Tokens = [.. tokens.Select(token => token.Id)], CharsConsumed = consumed };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Tokens(text, textSpan, settings).Tokens.Length;

    /// <inheritdoc/>
    protected override int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        normalizedText = null;
        int max = settings.MaxTokenCount;
        CheckMaxTokenCount(max);
        ReadOnlySpan<char> given = text is null ? textSpan : text;
        TokenSpan[] all = Tokens(text, textSpan, settings with { MaxTokenCount = int.MaxValue }).Tokens;
        tokenCount = Math.Min(all.Length, max);
        if (tokenCount == all.Length)
            return fromEnd ? 0 : given.Length;
        return fromEnd ? all[^tokenCount].Start : all[tokenCount - 1].End;
    }

    /// <inheritdoc/>
    public override string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        List<string> tokens = [.. ids.Select(TokenOf).OfType<string>()];
        if (_decoders is null)
            return string.Join(' ', tokens);
        foreach (IDecoder decoder in _decoders)
            decoder.Decode(tokens);
        return string.Concat(tokens);
    }

    /// <summary>Writes the text of ids; where there is too little room for all of it, nothing.</summary>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int[] all = [.. ids];
        string text = Decode(all)!;
        (idsConsumed, charsWritten) = (0, 0);
        if (!text.TryCopyTo(destination))
            return OperationStatus.DestinationTooSmall;
        (idsConsumed, charsWritten) = (all.Length, text.Length);
        return OperationStatus.Done;
    }

    private (TokenSpan[] Tokens, int CharsConsumed) Tokens(string? text, ReadOnlySpan<char> span, EncodeSettings settings)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        ReadOnlySpan<char> given = text is null ? span : text;
        Workspace workspace = Workspace.Rent();
        Tokenize(given, workspace, settings.ConsiderNormalization, settings.ConsiderPreTokenization);
        ReadOnlySpan<TokenSpan> tokens = workspace.Tokens.Tokens;
        bool isCut = tokens.Length > settings.MaxTokenCount;
        TokenSpan[] kept = tokens[..Math.Min(tokens.Length, settings.MaxTokenCount)].ToArray();
        workspace.Return();
        return (kept, isCut ? kept[^1].End : given.Length);
    }

    private static void CheckMaxTokenCount(int maxTokenCount) =>
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokenCount, nameof(EncodeSettings.MaxTokenCount));
}
