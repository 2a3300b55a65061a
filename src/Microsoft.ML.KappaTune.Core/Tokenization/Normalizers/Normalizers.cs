namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// BERT's first two steps: controls, U+0000 and U+FFFD go, all whitespace becomes a space, and ideographs get spaces around them.
/// </summary>
internal sealed class BertCleanupNormalizer(bool cleanText, bool handleIdeographs) : INormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (IsPlain(text.Chars))
            return false;
        int length;
        for (int i = 0; i < text.Length; i += length)
        {
            Rune rune = text.RuneAt(i, out length);
            int start = text.StartOf(i), end = text.EndOf(i);
            if (cleanText)
            {
                if (rune.Value is 0 or 0xFFFD || Characters.IsControl(rune))
                    continue;
                if (Rune.IsWhiteSpace(rune))
                    rune = new Rune(' ');
            }

            if (handleIdeographs && Characters.IsIdeograph(rune))
            {
                target.Append(' ', start, end);
                target.Append(rune, start, end);
                target.Append(' ', start, end);
            }
            else
            {
                target.Append(rune, start, end);
            }
        }

        return true;
    }

    /// <summary>Most text: nothing here changes printable ASCII.</summary>
    private static bool IsPlain(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange(' ', '~') < 0;
}

/// <summary>SentencePiece's "nmt" rules: most controls go, what else stands for a space becomes one.</summary>
internal sealed class NmtNormalizer : INormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (text.Chars.IndexOfAnyExceptInRange(' ', '~') < 0)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text.Chars[i];
            if (c is (>= '\u0001' and <= '\u0008') or '\u000B' or (>= '\u000E' and <= '\u001F') or '\u007F' or '\u008F' or '\u009F')
                continue;
            if (c is '\t' or '\n' or '\f' or '\r' or '\u1680' or (>= '\u200B' and <= '\u200F')
                or '\u2028' or '\u2029' or '\u2581' or '\uFEFF' or '\uFFFD')
            {
                target.Append(' ', text.StartOf(i), text.EndOf(i));
            }
            else
            {
                target.Append(text, i, i + 1);
            }
        }

        return true;
    }
}

/// <summary>Lower case, character by character, as Unicode says: of all characters only U+0130 becomes two.</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int first = 0;
        while (first < chars.Length && chars[first] < 0x80 && !char.IsAsciiLetterUpper(chars[first]))
            first++;
        if (first == chars.Length)
            return false;
        target.Append(text, 0, first);
        int length;
        for (int i = first; i < text.Length; i += length)
        {
            Rune rune = text.RuneAt(i, out length);
            int start = text.StartOf(i), end = text.EndOf(i);
            if (rune.Value == 0x130)
            {
                target.Append('i', start, end);
                target.Append('\u0307', start, end);
            }
            else
            {
                target.Append(Rune.ToLowerInvariant(rune), start, end);
            }
        }

        return true;
    }
}

/// <summary>Puts a fixed text before a text that isn't empty.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (text.Length == 0)
            return false;
        target.Append(prefix, text.StartOf(0), text.EndOf(0));
        target.Append(text, 0, text.Length);
        return true;
    }
}

/// <summary>Replaces what a pattern matches with a fixed text.</summary>
internal sealed class ReplaceNormalizer(ITextPattern pattern, string content) : INormalizer
{
    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        List<Span> matches = [];
        pattern.Find(text.Chars, matches);
        if (matches.Count == 0)
            return false;
        int last = 0;
        foreach (Span match in matches)
        {
            target.Append(text, last, match.Start);
            target.Append(content, text.StartOf(match.Start), text.EndOf(match.End - 1));
            last = match.End;
        }

        target.Append(text, last, text.Length);
        return true;
    }

    /// <summary>The replacement in a text by itself.</summary>
    public string Apply(string text)
    {
        List<Span> matches = [];
        pattern.Find(text, matches);
        for (int i = matches.Count - 1; i >= 0; i--)
            text = string.Concat(text.AsSpan(0, matches[i].Start), content, text.AsSpan(matches[i].End));
        return text;
    }
}

/// <summary>Removes the characters for which a condition holds; none of ASCII.</summary>
internal sealed class StripMarksNormalizer(Func<Rune, bool> removes) : INormalizer
{
    /// <summary>What BERT removes after decomposition: marks that take no room.</summary>
    public static StripMarksNormalizer NonSpacingMarks { get; } = new(Characters.IsNonSpacingMark);

    /// <summary>All marks.</summary>
    public static StripMarksNormalizer Marks { get; } = new(Characters.IsMark);

    public bool TryNormalize(AlignedText text, AlignedText target)
    {
        if (System.Text.Ascii.IsValid(text.Chars))
            return false;
        int length;
        for (int i = 0; i < text.Length; i += length)
        {
            if (!removes(text.RuneAt(i, out length)))
                target.Append(text, i, i + length);
        }

        return true;
    }
}

/// <summary>Removes whitespace at the ends of the text.</summary>
internal sealed class StripNormalizer(bool left, bool right) : INormalizer
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
