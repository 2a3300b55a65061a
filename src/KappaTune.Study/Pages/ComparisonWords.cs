using System.Globalization;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>Numbers of a comparison as people read them.</summary>
internal static class ComparisonWords
{
    private static readonly string[] Numbers =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    /// <summary>Nats a token or a correlation: three decimals, and a true minus.</summary>
    public static string Nats(double value)
    {
        string text = Math.Abs(value).ToString("0.000", CultureInfo.InvariantCulture);
        return value < 0 && text != "0.000" ? "−" + text : text;
    }

    public static string Share(double value) => (100 * value).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    public static string Share(MeanInterval estimate) => estimate.Low is { } low && estimate.High is { } high
        ? $"{Share(estimate.Mean)} ({Share(low)} to {Share(high)})"
        : Share(estimate.Mean);

    public static string Rate(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);

    /// <summary>0.050 (0.040 to 0.060), the latter where there is an interval.</summary>
    public static string Nats(MeanInterval estimate) =>
        estimate.Low is { } low && estimate.High is { } high ? $"{Nats(estimate.Mean)} ({Nats(low)} to {Nats(high)})" : Nats(estimate.Mean);

    /// <summary>Up to twelve in letters, as they are read in text.</summary>
    public static string Number(int value) => (uint)value < Numbers.Length ? Numbers[value] : NumberText.Count(value);

    public static string Ordinal(int value) => value + (value % 100 is 11 or 12 or 13 ? "th" : (value % 10) switch
    {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    });

    /// <summary>κ stays what it is.</summary>
    public static string Capital(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    public static string Quoted(string name) => $"“{name}”";

    /// <summary>“A”, “B” and “C”.</summary>
    public static string List(IEnumerable<string> names)
    {
        string[] quoted = [.. names.Select(Quoted)];
        return quoted.Length < 2 ? string.Concat(quoted) : $"{string.Join(", ", quoted[..^1])} and {quoted[^1]}";
    }

    public static string Plural(long number, string noun) => $"{NumberText.Count(number)} {noun}{(number == 1 ? "" : "s")}";
}
