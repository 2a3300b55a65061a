using System.Text;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Lower case, character by character, as Unicode says: of all characters only U+0130 becomes two.</summary>
internal sealed class Lowercase : ITextNormalizer
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
