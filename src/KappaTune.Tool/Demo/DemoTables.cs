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
        Add("Numbers trained", way => Words.Count(way.Report.TrainableParameters));
        Add("  of all", way => Words.Percent(way.Report.TrainableParameters, way.Report.TotalParameters));
        Add("Learning rate", way => way.Report.Losses.Max(step => step.LearningRate).ToString("0.0e0", CultureInfo.InvariantCulture));
        Add("Training time", way => Words.Duration(way.Report.TrainingTime));
        Add("Last training loss", way => Number(way.TrainingLoss, "0.000"));
        Add("Test tickets right", way => Percent(way.Metrics.MicroAccuracy));
        if (ways.All(way => way.Report.Retention is { Loss: not null }))
        {
            Add("Words guessed before", way => Percent(way.Report.Retention!.Accuracy!.Before.Value));
            Add("Words guessed after", way => Percent(way.Report.Retention!.Accuracy!.After.Value));
            Add("Forgotten, nats", way => Signed(way.Report.Retention!.Loss!.Difference.Value));
            Add("  95 % interval", way => Interval(way.Report.Retention!.Loss!.Difference));
        }

        Add("Drift of last layer", way => Number(way.Report.Retention!.Drift[^1].CosineDistance.Value, "0.000"));
        Screen.On(writer).Write(table);
        RetentionReport kept = ways[0].Report.Retention!;
        writer.WriteLine($"Words: {Words.Count(kept.MaskedTokens)} that were hidden in {Words.Count(kept.Windows)} passages of old books.");
        writer.WriteLine("Each way has a learning rate of its own. What has learnt less, by its training");
        writer.WriteLine("loss, had less reason to forget: kappatune compare minds that.");

        void Add(string name, Func<Tuned, string> cell) => table.AddRow(ways.Select(cell).Prepend(name).Select(text => new Text(text)));
    }

    public static void WritePrediction(Ticket ticket, SortedTicket sorted, TextWriter writer)
    {
        string wrong = ticket.Queue.Length == 0 || ticket.Queue == sorted.PredictedLabel ? "" : $"; it is {Words.OneLine(ticket.Queue)}";
        writer.WriteLine($"  {Words.Shorten(ticket.Text, Screen.Width - 2)}");
        writer.WriteLine($"    → {sorted.PredictedLabel}, {Percent(sorted.Score.Max())} sure{wrong}");
    }

    /// <summary>What was learnt, what was kept, and where the files are.</summary>
    public static void WriteEnd(Tuned kappa, Tuned full, Tuned words, DemoFiles files, TextWriter writer)
    {
        writer.WriteLine();
        writer.WriteLine(
            $"Learnt: {Right(kappa)} of new tickets right; fully tuned {Right(full)}, words only {Right(words)}.");
        foreach ((string line, int i) in Kept(kappa, full, words).Select((line, i) => (line, i)))
            writer.WriteLine($"{(i == 0 ? "Kept:  " : "       ")} {line}");
        writer.WriteLine($"Files:  {files.Model} and {files.Report}");
        writer.WriteLine("        samples/TextClassification is the program that made the model.");
    }

    /// <summary>Whatever came out; a difference that may be chance is none.</summary>
    private static IEnumerable<string> Kept(Tuned kappa, Tuned full, Tuned words)
    {
        RetentionEstimate?[] losses = [.. new[] { kappa, full, words }.Select(way => way.Report.Retention?.Loss?.Difference)];
        if (losses is not [{ } mine, { } its, { } ofWords])
        {
            yield return "the base model has no head to measure that with.";
            yield break;
        }

        yield return $"loss {Signed(mine.Value)} a hidden word; fully tuned {Signed(its.Value)}, words only {Signed(ofWords.Value)}.";
        double learntLess = kappa.TrainingLoss - full.TrainingLoss;
        yield return mine.High < its.Low ? $"Lowest κ kept more than full fine-tuning{(learntLess > UnlikeLoss ? ", but learnt less" : "")}."
            : its.High < mine.Low ? $"Lowest κ kept less than full fine-tuning{(learntLess < -UnlikeLoss ? ", but learnt more" : "")}."
            : "Between lowest κ and full fine-tuning there is no clear difference.";
    }

    private static string Right(Tuned way) => Percent(way.Metrics.MicroAccuracy);

    public static string Percent(double share) => $"{Number(100 * share, "0.0")} %";

    private static string Interval(RetentionEstimate estimate) => $"{Short(estimate.Low)} to {Short(estimate.High)}";

    private static string Short(double value) => Number(value, "+0.00;-0.00;0.00");

    private static string Signed(double value) => Number(value, "+0.000;-0.000;0.000");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
