using System.Diagnostics;

namespace KappaTune.Tool.Tests;

/// <summary>Runs commands: in this process where only their results matter, or as the built program.</summary>
internal static class Tool
{
    public static (int ExitCode, string Output, string Error) Run(params string[] arguments) => Run(CancellationToken.None, arguments);

    public static (int ExitCode, string Output, string Error) Run(CancellationToken cancellationToken, params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int exitCode = Application.RunAsync(arguments, output, error, cancellationToken).GetAwaiter().GetResult();
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Starts the program itself, with its streams redirected.</summary>
    public static Process Start(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "kappatune.exe" : "kappatune");
        return Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }
}
