using System.Globalization;
using KappaTune.Tool.Output;
using Microsoft.ML.KappaTune;
using Spectre.Console;

namespace KappaTune.Tool.Demo;

/// <summary>What the demo found, on the terminal.</summary>
internal static class DemoTables
{
    /// <summary>Training losses this far apart are of models that have adapted differently far.</summary>
    private const double UnlikeLoss = 0.1;

    /// <summary>A column a way.</summary>
    public static void WriteComparison(IReadOnlyList<Tuned> ways, TextWriter writer)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn("");
        foreach (Tuned way in ways)
            table.AddColumn(new TableColumn(way.Way) { Alignment = Justify.Right });
        Add("Numbers trained", way => $"{Words.Count(way.Report.TrainableParameters)} ({Words.Percent(way.Report.TrainableParameters, way.Report.TotalParameters)})");
        Add("Learning rate", way => way.Report.Losses.Max(step => step.LearningRate).ToString("0.0e0", CultureInfo.InvariantCulture));
        Add("Training time", way => Words.Duration(way.Report.TrainingTime));
        Add("Training loss, last epoch", way => Number(way.TrainingLoss, "0.000"));
        Add("Test tickets sorted right", way => Percent(way.Metrics.MicroAccuracy));
        if (ways.All(way => way.Report.Retention is { Loss: not null }))
        {
            Add("Hidden words guessed before", way => Percent(way.Report.Retention!.Accuracy!.Before.Value));
            Add("Hidden words guessed after", way => Percent(way.Report.Retention!.Accuracy!.After.Value));
            Add("Forgotten, nats a hidden word", way => Signed(way.Report.Retention!.Loss!.Difference.Value));
            Add("  95 % interval of that", way => Interval(way.Report.Retention!.Loss!.Difference));
        }

        Add("Drift of the last layer", way => Number(way.Report.Retention!.Drift[^1].CosineDistance.Value, "0.000"));
        Screen.On(writer).Write(table);
        RetentionReport kept = ways[0].Report.Retention!;
        writer.WriteLine($"Hidden words: {Words.Count(kept.MaskedTokens)} in {Words.Count(kept.Windows)} passages of old books.");
        writer.WriteLine("Few numbers take a higher learning rate than many. What has learnt less, by its");
        writer.WriteLine("training loss, had less reason to forget: kappatune compare minds that.");

        void Add(string name, Func<Tuned, string> cell) => table.AddRow(ways.Select(cell).Prepend(name).Select(text => new Text(text)));
    }

    public static void WritePrediction(Ticket ticket, SortedTicket sorted, TextWriter writer)
    {
        string wrong = ticket.Queue.Length == 0 || ticket.Queue == sorted.PredictedLabel ? "" : $"; it is {Words.OneLine(ticket.Queue)}";
        writer.WriteLine($"  {Words.Shorten(ticket.Text, Screen.Width - 2)}");
        writer.WriteLine($"    → {sorted.PredictedLabel}, {Percent(sorted.Score.Max())} sure{wrong}");
    }

    /// <summary>What was learnt, what was kept, and where the files are.</summary>
    public static void WriteEnd(Tuned kappa, Tuned full, DemoFiles files, TextWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine($"Learnt: {Percent(kappa.Metrics.MicroAccuracy)} of new tickets sorted right; by full fine-tuning {Percent(full.Metrics.MicroAccuracy)}.");
        writer.WriteLine($"Kept:   {Kept(kappa, full)}");
        writer.WriteLine($"Files:  {files.Model} and {files.Report}");
        writer.WriteLine("        samples/TextClassification is the program that made the model.");
    }

    /// <summary>In a sentence, whatever came out; a difference that may be chance is none.</summary>
    private static string Kept(Tuned kappa, Tuned full)
    {
        if (kappa.Report.Retention?.Loss?.Difference is not { } mine || full.Report.Retention?.Loss?.Difference is not { } its)
            return "the base model has no head to measure that with.";
        string figures = $"loss {Signed(mine.Value)} a hidden word, full fine-tuning {Signed(its.Value)}";
        double learntLess = kappa.TrainingLoss - full.TrainingLoss;
        return mine.High < its.Low ? $"{figures}: more was kept{(learntLess > UnlikeLoss ? ", but less learnt" : "")}."
            : its.High < mine.Low ? $"{figures}: less was kept{(learntLess < -UnlikeLoss ? ", but more learnt" : "")}."
            : $"{figures}: no clear difference.";
    }

    public static string Percent(double share) => $"{Number(100 * share, "0.0")} %";

    private static string Interval(RetentionEstimate estimate) => $"{Signed(estimate.Low)} to {Signed(estimate.High)}";

    private static string Signed(double value) => Number(value, "+0.000;-0.000;0.000");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
