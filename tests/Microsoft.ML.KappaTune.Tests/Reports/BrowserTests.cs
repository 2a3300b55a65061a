using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>The report as a reader sees it, in Chromium.</summary>
public class BrowserTests
{
    private static readonly string Chromium =
        Environment.GetEnvironmentVariable("KAPPATUNE_CHROMIUM") is { Length: > 0 } named ? named : "/usr/bin/chromium";

    private static readonly string Script = Path.Combine(
        typeof(BrowserTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "BrowserTest").Value!,
        "look.mjs");

    [Fact]
    public async Task The_report_shows_charts_and_the_numbers_of_the_scan()
    {
        Assert.SkipUnless(File.Exists(Chromium), "No Chromium: install Debian's package chromium, or name one in KAPPATUNE_CHROMIUM.");
        using var folder = new TemporaryFolder();
        ScanReport report = Sample.Report();
        TuningPlan plan = report.Plan();
        HtmlReport.Save(report, plan, folder.File("report.html"));
        Sight sight = await Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        Assert.Empty(sight.Requests);
        Assert.Equal(Sample.HostileModel, sight.Heading);
        Assert.Equal((2, 0), (sight.Scripts, sight.Images));
        foreach (Chart[] charts in (Chart[][])[sight.Light, sight.Dark])
        {
            Assert.Equal(["heatmap", "histogram", "scatter"], charts.Select(chart => chart.Id));
            Assert.All(charts, chart => Assert.InRange(chart.Colors, 10, int.MaxValue));
            Assert.All(charts, chart => Assert.InRange(chart.Marked, 20, int.MaxValue));
        }

        Assert.Equal(plan.Selected.Select(matrix => matrix.Id), sight.Selected.Select(Name));
        Assert.Equal(report.Matrices.Select(matrix => matrix.Id).Order(), sight.All.Select(Name).Order());
        var rows = sight.All.ToDictionary(Name);
        Assert.All(plan.Matrices, planned => CheckRow(planned, rows[planned.Matrix.Id]));
        string[] found = [.. report.Matrices.Select(matrix => matrix.Id).Where(id => id.Contains("layers.1."))];
        Assert.Equal(found.Order(), sight.Found.Select(Name).Order());
        double[] kappas = [.. sight.Sorted.Select(row => row[5]).Where(text => text.Length > 0).Select(Number)];
        Assert.Equal(kappas.Order(), kappas);
    }

    private static void CheckRow(PlannedMatrix planned, string[] row)
    {
        ScannedMatrix matrix = planned.Matrix;
        Assert.Equal(planned.Rank?.ToString(CultureInfo.InvariantCulture) ?? "", row[0]);
        Assert.Equal(string.Join(" × ", matrix.Shape), row[3]);
        Assert.Equal(matrix.IsLowerBound, row[5].StartsWith('≥'));
        Assert.Equal(matrix.Kappa is null, row[5].Length == 0);
        if (matrix.Kappa is { } kappa)
        {
            Assert.Equal(1, Ratio(Number(row[5]), kappa), 0.006);
            Assert.Equal(1, Ratio(Number(row[6]), matrix.RelativeKappa!.Value), 0.006);
        }

        Assert.Equal(planned.Selected, row[7] == "selected");
    }

    private static double Ratio(double shown, double exact) => shown == exact ? 1 : shown / exact;

    private static string Name(string[] row) => row[1];

    private static double Number(string text) => text.EndsWith('∞')
        ? double.PositiveInfinity
        : double.Parse(text.TrimStart('≥', '~', ' '), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static async Task<Sight> Look(string page)
    {
        var start = new ProcessStartInfo("node", [Script, Chromium, page]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process node = Process.Start(start)!;
        Task<string> errors = node.StandardError.ReadToEndAsync();
        string output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<Sight>(output, JsonSerializerOptions.Web)!;
    }

    private sealed record Chart(string Id, int Colors, int Marked);

    private sealed record Sight(
        string Heading, int Scripts, int Images, Chart[] Light, Chart[] Dark, string[][] Selected, string[][] All, string[][] Found,
        string[][] Sorted, string[] Errors, string[] Requests);
}
