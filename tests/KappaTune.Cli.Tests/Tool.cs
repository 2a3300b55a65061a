using System.Diagnostics;
using System.Text;

namespace KappaTune.Cli.Tests;

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
    public static Process Start(params string[] arguments) => StartIn("", arguments);

    /// <summary>Starts it in another folder.</summary>
    public static Process StartIn(string folder, params string[] arguments) => Process.Start(new ProcessStartInfo(Program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Starts the program itself with variables in its environment.</summary>
    public static Process Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Starts the program itself, with its input redirected as well.</summary>
    public static Process StartPiped(params string[] arguments) => Process.Start(new ProcessStartInfo(Program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        StandardOutputEncoding = Encoding.UTF8,
    })!;

    /// <summary>The built program.</summary>
    public static string Program => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "kappatune.exe" : "kappatune");
}
