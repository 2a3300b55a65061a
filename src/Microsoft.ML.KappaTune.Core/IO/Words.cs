using System.Globalization;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>Numbers and names as people read them. Names come from files that anyone may have written.</summary>
internal static class Words
{
    /// <summary>A condition number or a ratio, to three digits.</summary>
    public static string Ratio(double value)
    {
        if (double.IsPositiveInfinity(value))
            return "∞";
        double rounded = double.Parse(value.ToString("e2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return rounded >= 1e5
            ? rounded.ToString("0.##e0", CultureInfo.InvariantCulture)
            : rounded.ToString("#,0.#######", CultureInfo.InvariantCulture);
    }

    /// <summary>A number of things: 1,234.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>Names, but not more of them than one can take in.</summary>
    public static string List(IReadOnlyCollection<string> names)
    {
        const int Most = 12;
        string first = string.Join(", ", names.Take(Most).Select(name => Shorten(name, 40)));
        return names.Count > Most ? $"{first} and {Count(names.Count - Most)} more" : first;
    }

    /// <summary>A share, to two digits below ten per cent.</summary>
    public static string Percent(long part, long whole)
    {
        double share = whole == 0 ? 0 : 100.0 * part / whole;
        return $"{share.ToString(share >= 10 ? "0" : share >= 1 ? "0.#" : "0.##", CultureInfo.InvariantCulture)} %";
    }

    /// <summary>An amount of memory, in units of 1000: 1.5 GB.</summary>
    public static string Bytes(long value) => value >= 1_000_000_000
        ? (value / 1e9).ToString("0.0", CultureInfo.InvariantCulture) + " GB"
        : (value / 1e6).ToString("0", CultureInfo.InvariantCulture) + " MB";

    /// <summary>Seconds, minutes or hours, as the length asks for.</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(int)time.TotalHours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{time.TotalSeconds.ToString(time.TotalSeconds < 10 ? "0.0" : "0", CultureInfo.InvariantCulture)} s",
    };

    /// <summary>At most <paramref name="length"/> characters: both ends of a tensor's name tell more than its middle.</summary>
    public static string Shorten(string name, int length)
    {
        string printable = OneLine(name);
        if (printable.Length <= length)
            return printable;
        int head = (length - 1) / 2;
        return $"{printable[..head]}…{printable[^(length - 1 - head)..]}";
    }

    /// <summary>What an exception says, in one line, without the name of the parameter that .NET puts behind it.</summary>
    public static string MessageOf(Exception exception)
    {
        string parameter = exception is ArgumentException { ParamName: { } name } ? $" (Parameter '{name}')" : "";
        return OneLine(parameter.Length > 0 ? exception.Message.Replace(parameter, "") : exception.Message);
    }

    /// <summary>Without line breaks, and without characters that a terminal would obey.</summary>
    public static string OneLine(string text) => string.Concat(text.ReplaceLineEndings(" ").Select(c => IsObeyed(c) ? ' ' : c));

    /// <summary>Control characters, and those that turn the direction of the text behind them.</summary>
    private static bool IsObeyed(char c) => char.IsControl(c) || c is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
