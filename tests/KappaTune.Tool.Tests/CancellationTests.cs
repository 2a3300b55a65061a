using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KappaTune.Tool.Tests;

public sealed partial class CancellationTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_cancelled_scan_ends_with_130_and_writes_nothing()
    {
        string model = _workspace.Model();
        string[] scan = ["scan", model, "--no-cache", "--json", _workspace["scan.json"], "--html", _workspace["scan.html"]];
        (int exitCode, string output, string error) = Tool.Run(new CancellationToken(canceled: true), scan);
        Assert.Equal(ExitCode.Cancelled, exitCode);
        Assert.Equal("Cancelled.", error.TrimEnd());
        Assert.Empty(output);
        Assert.Equal(["model.safetensors"], _workspace.Files);
    }

    [Fact]
    public void A_signal_stops_the_program_between_tensors()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to one process.");
        // SIGTERM, which the program takes as it takes SIGINT: a shell's background jobs ignore the latter.
        const int Terminate = 15;
        string model = _workspace.Model(layers: 4000, size: 64);
        using Process program = Tool.Start("scan", model, "--no-cache", "--threads", "1", "--json", _workspace["scan.json"]);
        string? first = program.StandardError.ReadLine();
        Assert.Equal(0, Send(program.Id, Terminate));
        string rest = program.StandardError.ReadToEnd();
        program.WaitForExit();
        Assert.StartsWith("10 %", first);
        Assert.EndsWith("Cancelled.", rest.TrimEnd());
        Assert.Equal(ExitCode.Cancelled, program.ExitCode);
        Assert.Equal(["model.safetensors"], _workspace.Files);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
