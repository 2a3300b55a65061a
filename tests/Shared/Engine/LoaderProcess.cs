using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.KappaTune.Tests.Compute;

/// <summary>The program of Tests.Loader as a fresh process.</summary>
internal static class LoaderProcess
{
    /// <summary>Runs it from a folder, with variables set, or removed where they are null; gives its output and errors.</summary>
    public static (int ExitCode, string Output, string Errors) Run(
        string folder, string[] arguments, params (string Name, string? Value)[] variables)
    {
        // The runtime lies in <root>/shared/Microsoft.NETCore.App/<version>.
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        string program = Path.Combine(folder, "Microsoft.ML.KappaTune.Tests.Loader.dll");
        var start = new ProcessStartInfo(Path.Combine(root, "dotnet"), [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string? value) in variables)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim(), errors.Result);
    }
}
