using System.Buffers;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Which regular expressions Oniguruma and .NET read alike.</summary>
internal static class RegexDialect
{
    private const string SharedClassEscapes = "sSdDrntf";

    // \w has other characters in .NET, \h is a hexadecimal digit in Oniguruma, and so on.
    private const string SharedPunctuation = @"\.-[](){}*+?|^$/'""#&~!@%:;,<>=_` ";

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly HashSet<string> Categories = new(StringComparer.Ordinal)
    {
        "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe", "Pi",
        "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co",
    };

    /// <summary>Why a pattern isn't read; null for one that both read alike.</summary>
    public static string? Refusal(string pattern)
    {
        bool inClass = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (char.IsSurrogate(c))
                return "the regular expression has a character beyond the basic plane, which isn't understood";
            if (c == '\\')
            {
                if (Escape(pattern, ref i) is { } refusal)
                    return refusal;
            }
            else if (inClass)
            {
                if (c == '[')
                    return "the regular expression has a class within a class, which isn't understood";
                if (c == '&' && i + 1 < pattern.Length && pattern[i + 1] == '&')
                    return "the regular expression has an intersection of classes, which isn't understood";
                inClass = c != ']';
            }
            else if (c == '{' && i + 1 < pattern.Length && pattern[i + 1] == ',')
            {
                return "the regular expression has the quantifier \"{,\", which isn't understood";
            }
            else if (c == '[')
            {
                inClass = true;
                // A bracket that comes first is a character of the class in .NET.
                int first = i + 1 < pattern.Length && pattern[i + 1] == '^' ? i + 2 : i + 1;
                if (first < pattern.Length && pattern[first] == ']')
                    return "the regular expression has an empty class, which isn't understood";
            }
            else if (c == '(' && i + 1 < pattern.Length && pattern[i + 1] == '?' && Group(pattern.AsSpan(i + 2)) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private static string? Escape(string pattern, ref int i)
    {
        char next = ++i < pattern.Length ? pattern[i] : '\0';
        if (next is 'p' or 'P')
        {
            int end = pattern.IndexOf('}', i);
            if (i + 1 < pattern.Length && pattern[i + 1] == '{' && end > 0 && Categories.Contains(pattern[(i + 2)..end]))
            {
                i = end;
                return null;
            }

            string where = pattern[(i - 1)..Math.Min(pattern.Length, i + 20)];
            return $"the regular expression has a character property that isn't understood, in \"{where}\"";
        }

        if (next == 'u' && i + 4 < pattern.Length && pattern.AsSpan(i + 1, 4).IndexOfAnyExcept(HexDigits) < 0)
        {
            i += 4;
            return null;
        }

        return SharedClassEscapes.Contains(next) || SharedPunctuation.Contains(next)
            ? null
            : $"the regular expression has the escape \"\\{next}\", which isn't understood";
    }

    /// <summary>Groups that aren't captured, lookahead and lookbehind, atomic groups, and case that doesn't matter.</summary>
    private static string? Group(ReadOnlySpan<char> rest) =>
        rest.StartsWith(":") || rest.StartsWith("=") || rest.StartsWith("!") || rest.StartsWith(">")
        || rest.StartsWith("<=") || rest.StartsWith("<!") || rest.StartsWith("i:")
            ? null
            : $"the regular expression has the group \"(?{rest[..Math.Min(rest.Length, 3)]}\", which isn't understood";
}
