using System.Globalization;
using KappaTune.Cli.Data;
using Microsoft.ML.Data;
using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>An evaluation on the terminal.</summary>
internal static class MetricsTable
{
    public static void Write(Evaluation evaluation, TextWriter writer)
    {
        MulticlassClassificationMetrics metrics = evaluation.Metrics;
        string left = evaluation.Unlabelled > 0 ? $" ({NumberText.Count(evaluation.Unlabelled)} without a label left out)" : "";
        writer.WriteLine($"Rows:           {NumberText.Count(evaluation.Rows)}{left}");
        writer.WriteLine($"Micro accuracy: {Number(metrics.MicroAccuracy)}");
        writer.WriteLine($"Macro accuracy: {Number(metrics.MacroAccuracy)}");
        writer.WriteLine($"Log loss:       {Number(metrics.LogLoss)}");
        // Names are from a file; the table's own line breaks are not.
        string[] lines = metrics.ConfusionMatrix.GetFormattedConfusionTable().Split('\n');
        string[] confusion = Array.ConvertAll(lines, line => PlainText.OneLine(line).TrimEnd());
        if (confusion.All(line => line.Length <= Screen.Width))
            writer.WriteLine(string.Join('\n', confusion.Where(line => line.Length > 0)));
        else
            WriteClasses(evaluation, writer);
    }

    public static void Write(SpeechEvaluation evaluation, TextWriter writer)
    {
        TranscriptErrors errors = evaluation.Errors;
        writer.WriteLine($"Recordings:       {NumberText.Count(evaluation.Rows)}");
        writer.WriteLine($"Word errors:      {Of(errors.Words, "words")}");
        writer.WriteLine($"Character errors: {Of(errors.Characters, "characters")}");
        writer.WriteLine($"As written:       word errors {Share(errors.RawWords)}, character errors {Share(errors.RawCharacters)}");

        static string Of(ErrorRate rate, string units) =>
            $"{Share(rate)} of {NumberText.Count(rate.Length)} {units}: {NumberText.Count(rate.Substitutions)} others, "
            + $"{NumberText.Count(rate.Deletions)} missing, {NumberText.Count(rate.Insertions)} too many";

        static string Share(ErrorRate rate) => Invariant($"{100 * rate.Value:0.0} %");
    }

    /// <summary>What a confusion table tells of each class, where the table itself has no room.</summary>
    private static void WriteClasses(Evaluation evaluation, TextWriter writer)
    {
        const int NameWidth = 45;
        ConfusionMatrix confusion = evaluation.Metrics.ConfusionMatrix;
        Table table = new Table { Border = TableBorder.Simple }.AddColumn("Class");
        foreach (string heading in (string[])["Rows", "Precision", "Recall"])
            table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right });
        foreach ((int i, string name) in evaluation.Classes.Index())
        {
            string[] cells =
            [
                PlainText.Shorten(name, NameWidth), NumberText.Count((long)confusion.Counts[i].Sum()),
                Number(confusion.PerClassPrecision[i]), Number(confusion.PerClassRecall[i]),
            ];
            table.AddRow(cells.Select(cell => new Text(cell)));
        }

        Screen.On(writer).Write(table);
    }

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
