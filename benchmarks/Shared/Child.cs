using System.Diagnostics;

/// <summary>This program once more, in a process of its own.</summary>
internal static class Child
{
    /// <summary>Runs it with these arguments; the last line that it prints is the answer.</summary>
    public static string Ask(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.Trim().Split('\n')[^1]
            : throw new InvalidOperationException($"{string.Join(' ', arguments)} failed: {output}");
    }

    /// <summary>The most resident memory of this process so far, in bytes.</summary>
    public static long PeakMemory()
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
