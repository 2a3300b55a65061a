using System.Buffers;

namespace Microsoft.ML.Tokenizers;

/// <summary>Turns text into token ids and back. Implementations are safe to use from several threads.</summary>
public abstract partial class Tokenizer
{
    /// <summary>For derived classes.</summary>
    protected Tokenizer()
    {
    }

    /// <summary>What changes the text before it is split; null for nothing.</summary>
    public virtual Normalizer? Normalizer => null;

    /// <summary>What splits the text before it is encoded; null for nothing.</summary>
    public virtual PreTokenizer? PreTokenizer => null;

    /// <summary>Encodes a text to tokens. <paramref name="text"/> is null where the caller has only <paramref name="textSpan"/>.</summary>
    protected abstract EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings);

    /// <summary>Encodes a text to ids, at most <see cref="EncodeSettings.MaxTokenCount"/>.</summary>
    protected virtual EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        EncodeResults<EncodedToken> results = EncodeToTokens(text, textSpan, settings);
        int count = Math.Min(results.Tokens.Count, settings.MaxTokenCount);
        var ids = new List<int>(count);
        for (int i = 0; i < count; i++)
            ids.Add(results.Tokens[i].Id);
        return new EncodeResults<int>
        {
            Tokens = ids,
            NormalizedText = results.NormalizedText,
            CharsConsumed = count == results.Tokens.Count ? results.CharsConsumed : End(results.Tokens, count),
        };
    }

    /// <summary>The number of tokens of a text, at most <see cref="EncodeSettings.MaxTokenCount"/>.</summary>
    protected virtual int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        return Math.Min(EncodeToTokens(text, textSpan, settings).Tokens.Count, settings.MaxTokenCount);
    }

    /// <summary>
    /// Where the first (or with <paramref name="fromEnd"/>, the last) tokens, at most <see cref="EncodeSettings.MaxTokenCount"/>,
    /// end (begin) in the normalized text, or else in the text.
    /// </summary>
    protected virtual int GetIndexByTokenCount(
        string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        CheckMaxTokenCount(settings.MaxTokenCount);
        int max = settings.MaxTokenCount;
        settings.MaxTokenCount = int.MaxValue;
        EncodeResults<EncodedToken> results = EncodeToTokens(text, textSpan, settings);
        normalizedText = results.NormalizedText;
        int length = normalizedText?.Length ?? textSpan.Length;
        tokenCount = Math.Min(results.Tokens.Count, max);
        if (!fromEnd)
            return tokenCount == results.Tokens.Count ? length : End(results.Tokens, tokenCount);
        return tokenCount == results.Tokens.Count ? 0 : results.Tokens[^tokenCount].Offset.Start.Value;
    }

    /// <summary>The text of ids; null, whatever the type says, where they have none.</summary>
    public virtual string Decode(IEnumerable<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        char[] chars = ArrayPool<char>.Shared.Rent(1024);
        try
        {
            while (true)
            {
                switch (Decode(ids, chars, out _, out int written))
                {
                    case OperationStatus.Done:
                        return new string(chars, 0, written);
                    case OperationStatus.DestinationTooSmall:
                        int larger = checked(chars.Length * 2);
                        ArrayPool<char>.Shared.Return(chars);
                        chars = ArrayPool<char>.Shared.Rent(larger);
                        break;
                    default:
                        return null!;
                }
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    /// <summary>
    /// Writes the text of ids to <paramref name="destination"/>. Where that is too small,
    /// <paramref name="idsConsumed"/> ids were written whole.
    /// </summary>
    public abstract OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten);

    internal static void CheckMaxTokenCount(int maxTokenCount)
    {
        if (maxTokenCount <= 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(EncodeSettings.MaxTokenCount), "The maximum number of tokens must be greater than zero.");
        }
    }

    private static int End(IReadOnlyList<EncodedToken> tokens, int count) => count == 0 ? 0 : tokens[count - 1].Offset.End.Value;
}
