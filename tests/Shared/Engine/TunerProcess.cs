using System.Diagnostics;
using System.Globalization;
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

    /// <summary>
    /// Lets a run make some steps, and ends it a little later: while it keeps the last one's state, or in the next step, before which it
    /// waits. Returns the last step it told of.
    /// </summary>
    /// <param name="process">The run, which tells the step it goes on after, and then each step.</param>
    /// <param name="done">The last step of the process before.</param>
    public static int RunAndKill(Process process, int done, int steps, TimeSpan later)
    {
        int last = Begin(process, done);
        for (int step = 0; step < steps; step++)
        {
            last = Number(process.StandardOutput.ReadLine(), "step");
            process.StandardInput.WriteLine();
        }

        KillAfter(process, later);
        // What it told of before it was gone.
        return ReadSteps(process, last);
    }

    /// <summary>Lets a run end by itself, and returns its last step.</summary>
    public static int RunToTheEnd(Process process, int done)
    {
        process.StandardInput.Close();
        int last = ReadSteps(process, Begin(process, done));
        Assert.Equal(0, process.ExitCode);
        return last;
    }

    private static int ReadSteps(Process process, int last)
    {
        while (process.StandardOutput.ReadLine() is { } line)
            last = Number(line, "step");
        process.WaitForExit();
        return last;
    }

    /// <summary>
    /// The step it goes on after: the last one of the process before, or, where its state wasn't whole yet, the one before that.
    /// </summary>
    private static int Begin(Process process, int before)
    {
        int at = Number(process.StandardOutput.ReadLine(), "at");
        Assert.InRange(at, Math.Max(0, before - 1), before);
        return at;
    }

    private static int Number(string? line, string what)
    {
        Assert.StartsWith($"{what} ", line);
        return int.Parse(line.AsSpan(what.Length + 1), CultureInfo.InvariantCulture);
    }
}
