using System.Text;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>
/// BERT's first two steps: controls, U+0000 and U+FFFD go, all whitespace becomes a space, and ideographs get spaces
/// around them.
/// </summary>
internal sealed class BertCleaner(bool cleanText, bool handleIdeographs) : ITextNormalizer
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
