using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>Opens a page in Chromium; where there is none, the test is skipped.</summary>
internal static class Browser
{
    private static readonly string Chromium =
        Environment.GetEnvironmentVariable("KAPPATUNE_CHROMIUM") is { Length: > 0 } named ? named : "/usr/bin/chromium";

    private static readonly string Scripts = Folder("BrowserTest"), PageScripts = Folder("PageScripts");

    /// <summary>The page of a scan or a tuning.</summary>
    public static Task<Sight> Look(string page) => Look<Sight>("look.mjs", page);

    /// <summary>The page of a comparison.</summary>
    public static Task<ComparisonSight> LookAtComparison(string page) => Look<ComparisonSight>("look-comparison.mjs", page);

    /// <summary>What an expression of the pages' own script comes to, where it needs no page.</summary>
    public static async Task<JsonElement> Evaluate(string module, string expression)
    {
        string script = $"import * as module from {JsonSerializer.Serialize(new Uri(Path.GetFullPath(module, PageScripts)))};"
            + $"console.log(JSON.stringify({expression}));";
        return JsonSerializer.Deserialize<JsonElement>(await Run("--input-type=module", "--eval", script));
    }

    private static string Folder(string name) => Path.GetFullPath(
        typeof(Browser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == name).Value!);

    private static async Task<T> Look<T>(string script, string page)
    {
        Assert.SkipUnless(File.Exists(Chromium), "No Chromium: install Debian's package chromium, or name one in KAPPATUNE_CHROMIUM.");
        return JsonSerializer.Deserialize<T>(await Run(Path.Combine(Scripts, script), Chromium, page), JsonSerializerOptions.Web)!;
    }

    private static async Task<string> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process node = Process.Start(start)!;
        Task<string> errors = node.StandardError.ReadToEndAsync();
        string output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await errors);
        return output;
    }
}

/// <summary>A chart: its colours, and its pixels in the one that marks what is selected.</summary>
internal sealed record Chart(string Id, int Colors, int Marked);

/// <summary>What is to be seen on a page; tables are rows of cells.</summary>
internal sealed record Sight(
    string Heading, int Scripts, int Images, Chart[] Light, Chart[] Dark, string[] Shown, string[] Figures, string[] Classes,
    string[][] Epochs, string[][] Kept, string[][] Retention, string[][] Experts, string[][] Ways, string[][] Selected, string[][] All,
    string[][] Found, string[][] Sorted, bool[] Open, bool[] Printed, int[] Wide, string Text, BudgetSight? Budget, string[] Errors,
    string[] Requests);

/// <summary>What came of a budget; what isn't there is null.</summary>
internal sealed record BudgetSight(
    string Outcome, string How, string[][] Probes, string[][] Taken, string[][] Measurements, string[] Tooltips, string[] Limits,
    string[] Pressed, string[]? Then, bool? Redrawn);

/// <summary>What is to be seen on a comparison's page, and how it answers; what isn't there is null.</summary>
internal sealed record ComparisonSight(
    string Heading, string[] Lead, string[] Notes, string[] Figures, string[] Shown, string[] Legend, string[] Verdict, string Baselines,
    int Scripts, int Images, Chart[] Light, Chart[] Dark, string[][] Points, string[][] Matched, string[][] Marked, string[][] Rates,
    string[][] Scores, string[][] Tensors, string[] Facts, string Tooltip, string[][]? Sorted, string[][]? Reversed, Chart[]? Hidden,
    string[]? Pressed, Chart[]? None, string? Control, string? Correlation, bool[] Printed, bool[] Folded, int Width, string[] Errors,
    string[] Requests);
