namespace KappaTune.Cli.Output;

/// <summary>Shows how far a measurement of retention is: a bar on a terminal, a line at its end elsewhere.</summary>
internal static class RetentionBar
{
    public static RetentionReport Show(TextWriter writer, Func<Action<int, int>, RetentionReport> measure)
    {
        if (Screen.IsTerminal(writer))
        {
            const string Name = "Measuring what was kept";
            return ProgressLine.Show(Screen.On(writer), Name, line => measure((done, all) => line.Set(done, all, Name)));
        }

        RetentionReport report = measure((_, _) => { });
        string samples = report.Objective is RetentionObjective.SentencePairs ? "pairs of sentences" : "windows";
        writer.WriteLine($"Measured {NumberText.Count(report.Windows)} {samples} of {PlainText.OneLine(report.Text)}");
        return report;
    }
}
