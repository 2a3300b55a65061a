using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Tests.Training;

/// <summary>The program that tests end at any moment.</summary>
internal static class TunerProcess
{
    public static Process Start(params string[] arguments)
    {
        // The runtime lies in <root>/shared/Microsoft.NETCore.App/<version>.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.KappaTune.Tests.Tuner.dll");
        return Process.Start(new ProcessStartInfo(Path.Combine(root, "dotnet"), [program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>Ends it, with SIGKILL where there is such a thing, after a time that is met to the microsecond.</summary>
    public static void KillAfter(Process process, TimeSpan time)
    {
        long begin = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begin) < time)
            Thread.SpinWait(100);
        process.Kill();
    }
}
