using System.Diagnostics;
using Microsoft.ML.KappaTune.Tests.Tuning.Retention;

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

    [Theory]
    [InlineData("ATEN_CPU_CAPABILITY=avx2", "MKL_ENABLE_INSTRUCTIONS=AVX2")]
    [InlineData("ATEN_CPU_CAPABILITY=default", "MKL_ENABLE_INSTRUCTIONS=SSE4_2")]
    [InlineData("ATEN_CPU_CAPABILITY=default", "MKL_CBWR=COMPATIBLE")]
    public async Task Bounds_hold_on_other_processors(params string[] settings)
    {
        string library = typeof(ProcessorTests).Assembly.Location;
        string program = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
        Assert.SkipUnless(File.Exists(program), "This program isn't started by itself here.");
        var start = new ProcessStartInfo(program, ["-noColor", .. Classes.SelectMany(type => new[] { "-class", type.FullName! })])
        {
            RedirectStandardOutput = true,
        };
        foreach (string setting in settings)
            start.Environment[setting.Split('=')[0]] = setting.Split('=')[1];
        using Process other = Process.Start(start)!;
        string said = await other.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await other.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(other.ExitCode == 0, said);
        Assert.Contains("Failed: 0", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Total: 0", said, StringComparison.Ordinal);
    }
}
