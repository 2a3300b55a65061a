using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests;

namespace KappaTune.Cli.Tests;

public sealed partial class CancellationTests : IDisposable
{
    // SIGTERM, which the program takes as it takes SIGINT: a shell's background jobs ignore the latter.
    private const int Terminate = 15;

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

    [Fact]
    public void A_signal_stops_a_training_within_a_step_and_keeps_the_best_model()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to one process.");
        using var folder = new TemporaryFolder();
        TinyModel.Write(folder);
        File.WriteAllLines(folder.File("train.tsv"), TinyModel.Texts(64).Select(row => $"{row.Class}\t{row.Text}").Prepend("Label\tText"));
        using Process program = Tool.Start(
            "tune", "--base", folder.File("base"), "--train", folder.File("train.tsv"), "--output", folder.File("model.zip"), "--no-cache",
            "--epochs", "100000", "--batch-size", "16", "--validation-fraction", "0.2", "--json", folder.File("report.json"));
        string? line;
        do
            line = program.StandardError.ReadLine();
        while (line is not null && !line.StartsWith("Epoch 2/", StringComparison.Ordinal));
        Assert.Equal(0, Send(program.Id, Terminate));
        string rest = program.StandardError.ReadToEnd();
        program.WaitForExit();
        Assert.Equal(ExitCode.Cancelled, program.ExitCode);
        var report = TuningReport.Load(folder.File("report.json"));
        Assert.Equal(TuningStop.Cancelled, report.Stop);
        Assert.EndsWith($"Cancelled. {folder.File("model.zip")} has the model as it was after epoch {report.BestEpoch}.", rest.TrimEnd());
        Assert.Equal(0, Tool.Run("evaluate", folder.File("model.zip"), "--data", folder.File("train.tsv")).ExitCode);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
