using Microsoft.ML.KappaTune;
using Spectre.Console;

namespace KappaTune.Tool.Output;

/// <summary>Shows how far a measurement of retention is: a bar on a terminal, a line at its end elsewhere.</summary>
internal static class RetentionBar
{
    public static RetentionReport Show(TextWriter writer, Func<Action<int, int>, RetentionReport> measure)
    {
        if (Screen.IsTerminal(writer))
        {
            return Screen.On(writer).Progress().AutoClear(true).Start(context =>
            {
                ProgressTask bar = context.AddTask("Measuring");
                return measure((done, all) => (bar.MaxValue, bar.Value) = (all, done));
            });
        }

        RetentionReport report = measure((_, _) => { });
        string samples = report.Objective is RetentionObjective.SentencePairs ? "pairs of sentences" : "windows";
        writer.WriteLine($"Measured {Words.Count(report.Windows)} {samples} of {Words.OneLine(report.Text)}");
        return report;
    }
}
