namespace KappaTune.Cli.Output;

/// <summary>Shows how far a measurement of retention is: a bar on a terminal, a line for every tenth and at its end elsewhere.</summary>
internal static class RetentionBar
{
    private const string Name = "Measuring what was kept";

    public static RetentionReport Show(TextWriter writer, Func<Action<int, int>, RetentionReport> measure) =>
        Screen.IsTerminal(writer) ? WithBar(writer, measure) : WithLines(writer, measure);

    private static RetentionReport WithBar(TextWriter writer, Func<Action<int, int>, RetentionReport> measure) =>
        ProgressLine.Show(Screen.On(writer), Name, line => measure((done, all) => line.Set(done, all, Name)));

    private static RetentionReport WithLines(TextWriter writer, Func<Action<int, int>, RetentionReport> measure)
    {
        const long Last = 10;
        long written = 0;
        RetentionReport report = measure((done, all) =>
        {
            long tenth = all == 0 ? Last : 10L * done / all;
            // What it measured says the end.
            if (tenth <= written || tenth >= Last)
                return;
            written = tenth;
            writer.WriteLine($"{Name}: {NumberText.Count(done)}/{NumberText.Count(all)}");
        });
        string samples = report.Objective is RetentionObjective.SentencePairs ? "pairs of sentences" : "windows";
        writer.WriteLine($"Measured {NumberText.Count(report.Windows)} {samples} of {PlainText.OneLine(report.Text)}");
        return report;
    }
}
