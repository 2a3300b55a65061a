using System.Globalization;

namespace Microsoft.ML.KappaTune.Tokenization;

/// <summary>Python's <c>strftime</c>, in English.</summary>
internal static class PythonTime
{
    /// <exception cref="FormatException">A directive isn't known.</exception>
    public static string Format(DateTimeOffset time, string format)
    {
        var text = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            // A minus takes the zeros before a number away.
            bool isShort = i + 1 < format.Length && format[i + 1] == '-';
            i += isShort ? 2 : 1;
            string part = i < format.Length ? Directive(time, format[i]) : throw new FormatException("strftime_now: a format ends with %");
            string number = part.TrimStart('0');
            text.Append(!isShort ? part : number.Length > 0 ? number : "0");
        }

        return text.ToString();
    }

    private static string Directive(DateTimeOffset time, char letter)
    {
        return letter switch
        {
            'Y' => Text("yyyy"),
            'y' => Text("yy"),
            'm' => Text("MM"),
            'B' => Text("MMMM"),
            'b' or 'h' => Text("MMM"),
            'd' => Text("dd"),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'A' => Text("dddd"),
            'a' => Text("ddd"),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'H' => Text("HH"),
            'I' => Text("hh"),
            'M' => Text("mm"),
            'S' => Text("ss"),
            'p' => Text("tt"),
            'f' => Text("ffffff"),
            'F' => Text("yyyy-MM-dd"),
            'T' => Text("HH:mm:ss"),
            '%' => "%",
            _ => throw new FormatException($"strftime_now: %{letter} isn't supported"),
        };

        string Text(string pattern) => time.ToString(pattern, CultureInfo.InvariantCulture);
    }
}
