using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>What a split or a replacement looks for.</summary>
internal interface ITextPattern
{
    /// <summary>Adds the matches in a text, from left to right, without overlap and none empty.</summary>
    void Find(ReadOnlySpan<char> text, List<Span> matches);
}

/// <summary>A fixed string.</summary>
internal sealed class LiteralPattern(string literal) : ITextPattern
{
    public void Find(ReadOnlySpan<char> text, List<Span> matches)
    {
        int from = 0;
        while (text[from..].IndexOf(literal, StringComparison.Ordinal) is var found and >= 0)
        {
            matches.Add(new Span(from + found, from + found + literal.Length));
            from += found + literal.Length;
        }
    }
}

/// <summary>Each single character for which a condition holds.</summary>
internal sealed class RunePattern(Func<System.Text.Rune, bool> condition) : ITextPattern
{
    public void Find(ReadOnlySpan<char> text, List<Span> matches)
    {
        int length;
        for (int i = 0; i < text.Length; i += length)
        {
            System.Text.Rune.DecodeFromUtf16(text[i..], out System.Text.Rune rune, out length);
            if (condition(rune))
                matches.Add(new Span(i, i + length));
        }
    }
}

/// <summary>
/// A regular expression as tokenizer files write them (Oniguruma's syntax), run by .NET's engine. That one sees UTF-16 units, so a
/// character beyond the basic plane is shown to it as one of the same category within it; and what the two don't read alike is refused.
/// </summary>
internal sealed class RegexPattern : ITextPattern
{
    private readonly Regex _regex;

    private RegexPattern(Regex regex) => _regex = regex;

    /// <summary>Reads a pattern; null, with the reason, for one that isn't understood.</summary>
    public static RegexPattern? Read(string pattern, out string reason)
    {
        reason = RegexDialect.Refusal(pattern) ?? "";
        if (reason.Length > 0)
            return null;
        try
        {
            // In this syntax ^ and $ are always the ends of a line.
            return new RegexPattern(new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Multiline | RegexOptions.Compiled));
        }
        catch (ArgumentException e)
        {
            reason = $"the regular expression isn't understood: {e.Message.TrimEnd('.')}";
            return null;
        }
    }

    public void Find(ReadOnlySpan<char> text, List<Span> matches)
    {
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            foreach (ValueMatch match in _regex.EnumerateMatches(text))
            {
                if (match.Length > 0)
                    matches.Add(new Span(match.Index, match.Index + match.Length));
            }

            return;
        }

        // One unit a character, and where each character begins in the text.
        var shown = new char[text.Length];
        var starts = new int[text.Length + 1];
        int count = 0, length;
        for (int i = 0; i < text.Length; i += length)
        {
            Rune.DecodeFromUtf16(text[i..], out Rune rune, out length);
            starts[count] = i;
            shown[count++] = rune.IsBmp ? (char)rune.Value : StandIn(rune);
        }

        starts[count] = text.Length;
        foreach (ValueMatch match in _regex.EnumerateMatches(shown.AsSpan(0, count)))
        {
            if (match.Length > 0)
                matches.Add(new Span(starts[match.Index], starts[match.Index + match.Length]));
        }
    }

    /// <summary>A rare character of the basic plane of the same general category, that no pattern names.</summary>
    private static char StandIn(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter => '\uA7AA',
        UnicodeCategory.LowercaseLetter => '\uA7FA',
        UnicodeCategory.ModifierLetter => '\uA9CF',
        UnicodeCategory.OtherLetter => '\uA840',
        UnicodeCategory.DecimalDigitNumber => '\uA8D0',
        UnicodeCategory.LetterNumber => '\uA6E6',
        UnicodeCategory.OtherNumber => '\uA830',
        UnicodeCategory.NonSpacingMark => '\uA8E0',
        UnicodeCategory.SpacingCombiningMark => '\uA823',
        UnicodeCategory.EnclosingMark => '\uA670',
        UnicodeCategory.ConnectorPunctuation => '\uFE33',
        UnicodeCategory.DashPunctuation => '\uFE31',
        UnicodeCategory.OpenPunctuation => '\u298B',
        UnicodeCategory.ClosePunctuation => '\u298C',
        UnicodeCategory.InitialQuotePunctuation => '\u2E02',
        UnicodeCategory.FinalQuotePunctuation => '\u2E03',
        UnicodeCategory.OtherPunctuation => '\uA874',
        UnicodeCategory.MathSymbol => '\u29BF',
        UnicodeCategory.CurrencySymbol => '\uA838',
        UnicodeCategory.ModifierSymbol => '\uA700',
        UnicodeCategory.OtherSymbol => '\uA828',
        UnicodeCategory.Format => '\u206A',
        UnicodeCategory.PrivateUse => '\uF8FE',
        _ => '\uFDD0',
    };
}

/// <summary>Reads <c>{"String": ...}</c> and <c>{"Regex": ...}</c>.</summary>
internal static class PatternReader
{
    public static ITextPattern Read(JsonField node)
    {
        if (node.Find("String") is { } literal)
        {
            return literal.Text() is { Length: > 0 } text
                ? new LiteralPattern(text)
                : throw literal.Refuse("an empty pattern isn't understood");
        }

        if (node.Find("Regex") is not { } regex)
            throw node.Refuse("it is neither a String nor a Regex");
        return RegexPattern.Read(regex.Text(), out string reason) ?? throw regex.Refuse(reason);
    }
}
