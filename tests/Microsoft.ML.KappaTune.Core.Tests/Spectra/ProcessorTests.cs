using System.Diagnostics;
using Microsoft.ML.KappaTune.Tests.Retention;
using Microsoft.ML.KappaTune.Tests.Scanning;

namespace Microsoft.ML.KappaTune.Tests.Spectra;

/// <summary>
/// What is promised of numbers holds on processors without AVX-512 or AVX2 too: this test program once more, on the tensor library's code
/// for them.
/// </summary>
public sealed class ProcessorTests
{
    private static readonly Type[] Classes =
    [
        typeof(SolverAccuracyTests), typeof(SolverClusterTests), typeof(GoldenScanTests), typeof(ScanAgreementTests),
        typeof(StateDriftTests),
    ];

    private static readonly string[][] Settings =
    [
        ["ATEN_CPU_CAPABILITY=avx2", "MKL_ENABLE_INSTRUCTIONS=AVX2"],
        ["ATEN_CPU_CAPABILITY=default", "MKL_ENABLE_INSTRUCTIONS=SSE4_2"],
        ["ATEN_CPU_CAPABILITY=default", "MKL_CBWR=COMPATIBLE"],
    ];

    [Fact]
    public async Task Bounds_hold_on_other_processors()
    {
        string library = typeof(ProcessorTests).Assembly.Location;
        string program = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
        Assert.SkipUnless(File.Exists(program), "This program isn't started by itself here.");
        // At once: each computes with one thread most of the time.
        (int ExitCode, string Said)[] all = await Task.WhenAll(Settings.Select(settings => Run(program, settings)));
        Assert.All(all, one =>
        {
            Assert.True(one.ExitCode == 0, one.Said);
            Assert.Contains("Failed: 0", one.Said, StringComparison.Ordinal);
            Assert.DoesNotContain("Total: 0", one.Said, StringComparison.Ordinal);
        });
    }

    private static async Task<(int ExitCode, string Said)> Run(string program, string[] settings)
    {
        var start = new ProcessStartInfo(program, ["-noColor", .. Classes.SelectMany(type => new[] { "-class", type.FullName! })])
        {
            RedirectStandardOutput = true,
        };
        foreach (string setting in settings)
            start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
        using Process other = Process.Start(start)!;
        string said = await other.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (other.ExitCode, $"{string.Join(' ', settings)}: {said}");
    }
}
