using System.Diagnostics;
using System.Runtime.CompilerServices;

/// <summary>The clone these tests were built from, and a way to run its commands.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "../.."));

    /// <summary>Runs a command in <see cref="Root"/>; environment variables set to null are removed.</summary>
    public static (int ExitCode, string Output) Run(
        string command, string[] arguments, params (string Name, string? Value)[] environment) =>
        RunIn(Root, command, arguments, environment);

    /// <summary>Runs a command in <see cref="Root"/> that must succeed; gives what it prints.</summary>
    public static string Must(string command, string[] arguments) => MustIn(Root, command, arguments);

    /// <summary>Runs a command in a folder that must succeed; gives what it prints.</summary>
    public static string MustIn(string folder, string command, string[] arguments)
    {
        (int exitCode, string output) = RunIn(folder, command, arguments);
        Assert.True(exitCode == 0, $"{command} {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    private static (int ExitCode, string Output) RunIn(
        string folder, string command, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
