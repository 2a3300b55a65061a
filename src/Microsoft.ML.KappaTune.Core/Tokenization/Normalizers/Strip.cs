namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Removes whitespace at the ends of the text.</summary>
internal sealed class Strip(bool left, bool right) : ITextNormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int start = 0, end = chars.Length;
        while (left && start < end && Characters.IsWhitespace(chars[start]))
            start++;
        while (right && end > start && Characters.IsWhitespace(chars[end - 1]))
            end--;
        if (end - start == chars.Length)
            return false;
        target.Append(text, start, end);
        return true;
    }
}
