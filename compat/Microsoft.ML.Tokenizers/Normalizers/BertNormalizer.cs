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
        if (Ascii.IsValid(original))
            return NormalizeAscii(original);
        if (removeMarks)
        {
            var kept = new StringBuilder(original.Length);
            foreach (Rune rune in CanonicalForm.Decompose(original))
            {
                if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                    kept.Append(rune);
            }

            original = kept.ToString();
        }

        var text = new StringBuilder(original.Length);
        foreach (Rune rune in original.EnumerateRunes())
            Append(rune, text);
        return CanonicalForm.Compose(CanonicalForm.Decompose(text.ToString()));
    }

    private string NormalizeAscii(ReadOnlySpan<char> original)
    {
        char[] buffer = ArrayPool<char>.Shared.Rent(original.Length);
        int length = 0;
        foreach (char c in original)
        {
            if (!char.IsControl(c))
                buffer[length++] = lowerCase && char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
        }

        string text = new(buffer, 0, length);
        ArrayPool<char>.Shared.Return(buffer);
        return text;
    }

    private void Append(Rune rune, StringBuilder text)
    {
        switch (Rune.GetUnicodeCategory(rune))
        {
            case UnicodeCategory.Control:
                break;
            case UnicodeCategory.SpaceSeparator:
                text.Append(' ');
                break;
            case UnicodeCategory.UppercaseLetter when lowerCase:
                text.Append(Rune.ToLowerInvariant(rune));
                break;
            default:
                if (rune == Rune.ReplacementChar)
                    break;
                if (separateCjk && IsCjk(rune.Value))
                    text.Append(' ').Append(rune).Append(' ');
                else
                    text.Append(rune);
                break;
        }
    }

    // Printable ASCII, lower case where that matters, is as it should be already.
    private bool Clean(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExceptInRange(' ', '~') && !(lowerCase && text.ContainsAnyInRange('A', 'Z'));

    private static bool IsCjk(int code) => code is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
