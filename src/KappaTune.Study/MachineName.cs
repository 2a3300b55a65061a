using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>The machine in words.</summary>
internal static class MachineName
{
    /// <summary>The processor, its cores and the device, such as <c>Intel Xeon, 8 cores, cpu</c>.</summary>
    public static string Describe(string device) =>
        FormattableString.Invariant($"{Processor()}, {Environment.ProcessorCount} cores, {device}");

    public static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        string? line = File.Exists(Info)
            ? File.ReadLines(Info).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? $"{RuntimeInformation.ProcessArchitecture}" : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
