using System.Globalization;

namespace Microsoft.ML.KappaTune.IO;

/// <summary>Numbers as people read them, the same in every culture.</summary>
internal static class NumberText
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

    /// <summary>A number of things with their name: 1 matrix, 1,234 matrices.</summary>
    public static string Count(long value, string one, string many) => $"{Count(value)} {(value == 1 ? one : many)}";

    /// <summary>A share, to two digits below ten per cent.</summary>
    public static string Percent(long part, long whole) => Percent(whole == 0 ? 0 : (double)part / whole);

    /// <summary>The same of a share where 1 is the whole.</summary>
    public static string Percent(double share)
    {
        double percent = 100 * share;
        string format = Math.Abs(percent) >= 10 ? "0" : Math.Abs(percent) >= 1 ? "0.#" : "0.##";
        return $"{percent.ToString(format, CultureInfo.InvariantCulture)} %";
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
}
