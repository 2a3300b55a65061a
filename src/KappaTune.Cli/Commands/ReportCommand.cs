using KappaTune.Cli.Files;
using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using Spectre.Console;

namespace KappaTune.Cli.Commands;

/// <summary><c>kappatune report</c>: the JSON of a scan or of a comparison in words, and as a page with charts.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Command(
            "report", "Shows a scan as a table, or what came out of a comparison, and writes either as a page with charts.");
        var file = new Argument<string>("FILE") { Description = "The JSON file of a scan or of a comparison." };
        Option<string> html = CommonOptions.Html(),
            picture = CommonOptions.File("--picture", "Write the main chart of a comparison as an SVG picture.");
        html.Aliases.Add("-o");
        command.Arguments.Add(file);
        command.AddOptions(html, picture);
        command.SetAction(result =>
        {
            using var files = new CommandFiles(result, reads: [file], writes: [html, picture]);
            string path = files.Input(file)!;
            (ScanReport? scan, ComparisonResult? comparison) = ReportFile.Load(path);
            if (comparison is not null)
                ShowComparison(comparison, files.Output(html), files.Output(picture), files.Text);
            else if (result.GetValue(picture) is not null)
                throw new ArgumentException($"--picture: {path} is a scan report; wanted is a comparison. Use --html for a scan.");
            else
                ShowScan(scan!, files.Output(html), files.Text);
            return ExitCode.Done;
        });
        return command;
    }

    private static void ShowScan(ScanReport report, string? html, TextWriter output)
    {
        TuningPlan plan = report.Plan();
        if (html is not null)
            HtmlReport.Save(report, plan, html);
        PlanTable.WriteCandidates(plan, output);
        ExpertTable.Write(plan, output);
        PlanTable.WriteSummary(plan, output);
        Results.WriteScanned(report, output);
    }

    private static void ShowComparison(ComparisonResult comparison, string? html, string? picture, TextWriter output)
    {
        if (html is not null)
            ComparisonReport.Save(comparison, html);
        if (picture is not null)
            ComparisonReport.SavePicture(comparison, picture);
        // In numbers, then in the words that the page has at its top.
        ComparisonTable.Write(comparison, output);
        foreach (string sentence in ComparisonReport.Sentences(comparison))
        {
            output.WriteLine();
            Screen.On(output).Write(new Text(PlainText.OneLine(sentence) + Environment.NewLine));
        }
    }
}
