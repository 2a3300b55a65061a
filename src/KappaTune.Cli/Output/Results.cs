namespace KappaTune.Cli.Output;

/// <summary>What a scan found: files first, so that they are there once the terminal says so.</summary>
internal static class Results
{
    public static void Write(ScanReport report, TuningPlan plan, TextWriter output, string? json, string? html)
    {
        if (json is not null)
            report.Save(json, plan);
        if (html is not null)
            HtmlReport.Save(report, plan, html);
        PlanTable.WriteSelected(plan, output);
        PlanTable.WriteSummary(plan, output);
    }

    public static void WriteScanned(ScanReport report, TextWriter output)
    {
        string part = report.PartCount > 1 ? $" (part {report.Part} of {report.PartCount})" : "";
        output.WriteLine(
            $"Scanned:  {NumberText.Count(report.Computed + report.Cached)} tensors{part}, {NumberText.Count(report.Cached)} "
            + "known from the cache, "
            + $"in {NumberText.Duration(report.Elapsed)} on {report.Device}.");
    }
}
