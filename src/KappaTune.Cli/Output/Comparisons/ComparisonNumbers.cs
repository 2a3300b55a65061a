using System.Globalization;
using Microsoft.ML.KappaTune.Study;

namespace KappaTune.Cli.Output;

/// <summary>Numbers in a comparison's tables; empty where there is none.</summary>
internal static class ComparisonNumbers
{
    public const string SignedNats = "+0.000;-0.000;0.000";

    public static string Number(MeanInterval? value, string format) => value?.Mean.ToString(format, CultureInfo.InvariantCulture) ?? "";

    public static string Correlation(double? value) => value?.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The mean, and how far its interval goes to the longer side.</summary>
    public static string Mean(MeanInterval? value, double scale, string format) => value is null ? "" : PlusMinus(
        value.Mean, value is { Low: { } low, High: { } high } ? Math.Max(high - value.Mean, value.Mean - low) : null, scale, format);

    /// <summary>The mean, and its standard error.</summary>
    public static string Mean(MeanError? value, double scale, string format) =>
        value is null ? "" : PlusMinus(value.Mean, value.Error, scale, format);

    /// <summary>3e-5.</summary>
    public static string Rate(double value) => Invariant($"{value:0.##e0}");

    /// <summary>1.2M, 82k.</summary>
    public static string Short(long count) => count switch
    {
        >= 1_000_000 => Invariant($"{count / 1e6:0.0}M"),
        >= 1000 => Invariant($"{count / 1e3:0}k"),
        _ => Invariant($"{count}"),
    };

    private static string PlusMinus(double mean, double? reach, double scale, string format)
    {
        string text = (scale * mean).ToString(format, CultureInfo.InvariantCulture);
        string unsigned = format.Split(';')[0].TrimStart('+');
        return reach is { } each ? $"{text} ±{(scale * each).ToString(unsigned, CultureInfo.InvariantCulture)}" : text;
    }
}
