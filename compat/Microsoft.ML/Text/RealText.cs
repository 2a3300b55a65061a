namespace Microsoft.ML.Data;

/// <summary>The grammar of numbers of floating point in text files; stricter than .NET's own.</summary>
internal static class RealText
{
    /// <summary>Infinities, spelled exactly so.</summary>
    public static bool TrySpecial(ReadOnlySpan<char> text, out double value)
    {
        value = text switch
        {
            "Infinity" or "∞" => double.PositiveInfinity,
            "-Infinity" or "-∞" => double.NegativeInfinity,
            _ => 0,
        };
        return value != 0;
    }

    /// <summary>Whether the text is: a sign or none, digits with a decimal marker or without, an exponent or none.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text, char decimalMarker)
    {
        int at = text is ['+' or '-', ..] ? 1 : 0;
        int digits = Digits(text, ref at);
        if (at < text.Length && text[at] == decimalMarker)
        {
            at++;
            digits += Digits(text, ref at);
        }

        if (digits == 0)
            return false;
        if (at == text.Length)
            return true;
        if (text[at] is not ('e' or 'E'))
            return false;
        at++;
        if (at < text.Length && text[at] is ('+' or '-'))
            at++;
        return Digits(text, ref at) > 0 && at == text.Length;
    }

    /// <summary>The number with a point as its decimal marker.</summary>
    public static ReadOnlySpan<char> Plain(ReadOnlySpan<char> number, char decimalMarker) =>
        decimalMarker == '.' || !number.Contains(decimalMarker) ? number : number.ToString().Replace(decimalMarker, '.');

    private static int Digits(ReadOnlySpan<char> text, ref int at)
    {
        int from = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        return at - from;
    }
}
