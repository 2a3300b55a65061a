using System.CommandLine;
using KappaTune.Tool.Output;
using Microsoft.ML.KappaTune;

namespace KappaTune.Tool.Commands;

/// <summary><c>kappatune report</c>: a scan's JSON as a table, and as a page with charts.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Command("report", "Shows all candidates of a scan as a table, and writes it as a page with charts.");
        Argument<string> scan = Options.Scan();
        Option<string> html = Options.Html();
        command.Arguments.Add(scan);
        command.Options.Add(html);
        command.SetAction(result =>
        {
            OutputFile.Check(result, html);
            TextWriter output = result.InvocationConfiguration.Output;
            ScanReport report = ScanReport.Load(result.GetValue(scan)!);
            TuningPlan plan = report.Plan();
            if (result.GetValue(html) is { } file)
                HtmlReport.Save(report, plan, file);
            PlanTable.WriteCandidates(plan, output);
            PlanTable.WriteSummary(plan, output);
            Results.WriteScanned(report, output);
            return ExitCode.Done;
        });
        return command;
    }
}
