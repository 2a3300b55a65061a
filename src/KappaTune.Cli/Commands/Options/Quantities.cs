using System.Globalization;

namespace KappaTune.Cli.Commands;

/// <summary>Times and sizes as people type them.</summary>
internal static class Quantities
{
    public const string Times = "a time such as 90s, 15m, 2h or 1:30:00", Sizes = "a size such as 50MB, 1.5GB or 1000000, in bytes";

    private static readonly Dictionary<string, double> Seconds = new()
    {
        [""] = 1,
        ["s"] = 1,
        ["m"] = 60,
        ["h"] = 3600,
        ["d"] = 86400,
    };

    private static readonly Dictionary<string, double> Bytes = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1,
        ["B"] = 1,
        ["KB"] = 1e3,
        ["MB"] = 1e6,
        ["GB"] = 1e9,
        ["KiB"] = 1 << 10,
        ["MiB"] = 1 << 20,
        ["GiB"] = 1 << 30,
    };

    /// <summary>Seconds, a number with a unit, or hours, minutes and seconds; null where it is none of these.</summary>
    public static TimeSpan? ParseTime(string text)
    {
        // Two numbers may be hours and minutes, or minutes and seconds.
        if (text.Count(c => c == ':') == 2)
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? time : null;
        return Parse(text, Seconds) is { } seconds && Math.Abs(seconds) < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;
    }

    /// <summary>Bytes, or a number with a unit; null where it is neither.</summary>
    public static long? ParseSize(string text) =>
        Parse(text, Bytes) is { } bytes && Math.Abs(bytes) < long.MaxValue ? (long)bytes : null;

    private static double? Parse(string text, Dictionary<string, double> units)
    {
        int end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
            end--;
        return double.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && units.TryGetValue(text[end..], out double unit) ? number * unit : null;
    }
}
