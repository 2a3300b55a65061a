using System.Diagnostics;

/// <summary>What something took.</summary>
/// <param name="Seconds">By the clock.</param>
/// <param name="Processor">Seconds that the processor spent on it: other work on the machine hardly changes them.</param>
internal readonly record struct Timed<T>(T Result, double Seconds, double Processor);

internal static class Timed
{
    public static Timed<T> Run<T>(Func<T> action)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        T result = action();
        return new(result, clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
}
