namespace Microsoft.ML.Tokenizers;

/// <summary>The steps that the tokenizers share before they encode words.</summary>
internal static class TextSplitter
{
    /// <summary>
    /// The text to encode. <paramref name="text"/> is null where the caller has only <paramref name="span"/>, and
    /// becomes null with a normalized text that is another.
    /// </summary>
    public static ReadOnlySpan<char> Normalize(scoped ref string? text, ReadOnlySpan<char> span, Normalizer? normalizer, out string? normalizedText)
    {
        if (normalizer is null)
        {
            normalizedText = null;
            return span;
        }

        normalizedText = text is null ? normalizer.Normalize(span) : normalizer.Normalize(text);
        text = normalizedText;
        return normalizedText;
    }

    /// <summary>Puts the parts of a text into the buffer's list: the whole text where nothing splits it.</summary>
    public static List<(int Offset, int Length)> Split(this PieceBuffer buffer, string? text, ReadOnlySpan<char> span, PreTokenizer? preTokenizer)
    {
        if (preTokenizer is not null)
            preTokenizer.Split(text, span, buffer.Splits);
        else if (span.Length > 0)
            buffer.Splits.Add((0, span.Length));
        return buffer.Splits;
    }
}
