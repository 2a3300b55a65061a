using System.Globalization;
using Microsoft.ML.KappaTune.Tokenization;

namespace Microsoft.ML.KappaTune;

/// <summary>Texts of speech as they are compared: what is heard has no capitals and no commas.</summary>
public static class TranscriptText
{
    private static readonly NormalizerSequence Form = new([new UnicodeNormalizer(compatible: true, compose: true)]);

    /// <summary>
    /// The text in Unicode's form KC and in lower case, without punctuation and symbols: words of letters, their marks, digits, and
    /// apostrophes within a word, with one blank between them. Numbers stay as they are written: <c>22</c> isn't <c>twenty two</c>.
    /// </summary>
    public static string Normalize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Rune[] runes = [.. Form.Normalize(text).EnumerateRunes()];
        var words = new StringBuilder(text.Length);
        for (int i = 0; i < runes.Length; i++)
        {
            if (IsOfWord(runes[i]))
                words.Append(Rune.ToLowerInvariant(runes[i]).ToString());
            else if (runes[i].Value is '\'' or '\u2019' && IsWithinWord(i))
                words.Append('\'');
            else if (words.Length > 0 && words[^1] != ' ')
                words.Append(' ');
        }

        return words.ToString().TrimEnd(' ');

        bool IsWithinWord(int i) => i > 0 && i + 1 < runes.Length && IsOfWord(runes[i - 1]) && IsOfWord(runes[i + 1]);
    }

    private static bool IsOfWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
