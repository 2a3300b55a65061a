using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// BERT's clean-up. Control characters go, tabs and newlines among them; other white space becomes a space; CJK ideographs
/// can be set apart by spaces, letters lower-cased, and non-spacing marks dropped. What is left is in form C.
/// </summary>
internal sealed class BertNormalizer(bool lowerCase, bool separateCjk, bool removeMarks) : Normalizer
{
    public override string Normalize(string original) => Clean(original) ? original : Normalize(original.AsSpan());

    public override string Normalize(ReadOnlySpan<char> original)
    {
        if (removeMarks && !CanonicalForm.IsDecomposed(original))
            original = WithoutMarks(original);
        // A character becomes at most three: an ideograph between spaces.
        char[] buffer = ArrayPool<char>.Shared.Rent(checked(original.Length * 3));
        ReadOnlySpan<char> text = buffer.AsSpan(0, Write(original, buffer));
        string normalized = CanonicalForm.IsComposed(text) ? text.ToString() : CanonicalForm.Compose(CanonicalForm.Decompose(text));
        ArrayPool<char>.Shared.Return(buffer);
        return normalized;
    }

    private static string WithoutMarks(ReadOnlySpan<char> original)
    {
        var kept = new StringBuilder(original.Length);
        foreach (Rune rune in CanonicalForm.Decompose(original))
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                kept.Append(rune);
        }

        return kept.ToString();
    }

    private int Write(ReadOnlySpan<char> original, Span<char> text)
    {
        int length = 0;
        foreach (Rune rune in original.EnumerateRunes())
        {
            if (rune.IsAscii)
            {
                char c = (char)rune.Value;
                if (!char.IsControl(c))
                    text[length++] = lowerCase && char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
                continue;
            }

            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Control:
                    break;
                case UnicodeCategory.SpaceSeparator:
                    text[length++] = ' ';
                    break;
                case UnicodeCategory.UppercaseLetter when lowerCase:
                    length += Rune.ToLowerInvariant(rune).EncodeToUtf16(text[length..]);
                    break;
                case var _ when rune == Rune.ReplacementChar:
                    break;
                default:
                    bool apart = separateCjk && IsCjk(rune.Value);
                    if (apart)
                        text[length++] = ' ';
                    length += rune.EncodeToUtf16(text[length..]);
                    if (apart)
                        text[length++] = ' ';
                    break;
            }
        }

        return length;
    }

    // Printable ASCII, lower case where that matters, is as it should be already.
    private bool Clean(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExceptInRange(' ', '~') && !(lowerCase && text.ContainsAnyInRange('A', 'Z'));

    private static bool IsCjk(int code) => code is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
