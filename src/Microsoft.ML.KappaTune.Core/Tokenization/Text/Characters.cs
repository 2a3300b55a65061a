using System.Globalization;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>The classes of characters that tokenizers speak of.</summary>
internal static class Characters
{
    /// <summary>Unicode's White_Space.</summary>
    public static bool IsWhitespace(char c) => char.IsWhiteSpace(c);

    /// <summary>Unicode's punctuation, and all that ASCII has besides letters, digits and controls ("$", "+", "~", ...).</summary>
    public static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is (>= '!' and <= '/') or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~')
        : Category(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    /// <summary>What BERT removes: controls and formats, but not tabs and line ends. Of the private areas only their ends are.</summary>
    public static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r')
        && (Category(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            || rune.Value is 0xE000 or 0xF8FF or 0xF0000 or 0xFFFFD or 0x100000 or 0x10FFFD);

    public static bool IsNonSpacingMark(Rune rune) => Category(rune) == UnicodeCategory.NonSpacingMark;

    public static bool IsMark(Rune rune) =>
        Category(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    public static bool IsLetter(Rune rune) => Rune.IsLetter(rune);

    public static bool IsNumber(Rune rune) =>
        Category(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>What <c>\w</c> means to Unicode: letters, marks, decimal digits, connectors, and other alphabetic characters.</summary>
    public static bool IsWordCharacter(Rune rune) => rune.IsAscii
        ? char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '_'
        : IsLetter(rune) || IsMark(rune)
            || Category(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation
            // Joiners, and the letters in circles and squares.
            || rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or (>= 0x1F130 and <= 0x1F149)
                or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    /// <summary>
    /// The ideographs that BERT puts spaces around. The fifth block starts later than Unicode's, as it does in the
    /// library that the models were made with.
    /// </summary>
    public static bool IsIdeograph(Rune rune) => rune.Value is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F)
        or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    private static UnicodeCategory Category(Rune rune) => Rune.GetUnicodeCategory(rune);
}
