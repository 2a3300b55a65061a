using System.Globalization;
using Microsoft.ML.KappaTune;
using Spectre.Console;

namespace KappaTune.Tool.Output;

/// <summary>What a model kept, on the terminal.</summary>
internal static class RetentionTable
{
    public static void Write(RetentionReport report, TextWriter writer)
    {
        const int NameWidth = 34;
        bool isDecoder = report.Objective is RetentionObjective.NextToken;
        string guessed = report.MaskedTokens > 0 ? $", {Words.Count(report.MaskedTokens)} {(isDecoder ? "guessed" : "masked")}" : "";
        writer.WriteLine(
            $"{Words.Shorten(report.Text, NameWidth)}: {Words.Count(report.Windows)} windows, {Words.Count(report.Tokens)} tokens{guessed}");
        if (report is { Loss: { } loss, Accuracy: { } accuracy })
        {
            Table table = Start("", "Before", "After", "Difference", "95 % interval");
            Add(table, Cells($"Loss of {(isDecoder ? "" : "masked ")}tokens, nats", loss, 1, "0.000"));
            if (report.Perplexity is { } perplexity)
                Add(table, Cells("Perplexity", perplexity, 1, "0.00"));
            Add(table, Cells("Guessed right, %", accuracy, 100, "0.0"));
            Screen.On(writer).Write(table);
        }
        else
        {
            writer.WriteLine("The base model has no head for its own objective, so that only drift is measured.");
        }

        Table layers = Start("Drift of states", "Cosine distance", "95 % interval", "Linear CKA");
        foreach (RetentionDrift drift in report.Drift)
        {
            RetentionEstimate distance = drift.CosineDistance;
            Add(layers, drift.Layer == 0 ? "embeddings" : $"layer {drift.Layer}", Number(distance.Value, "0.0000"),
                $"{Number(distance.Low, "0.0000")} to {Number(distance.High, "0.0000")}", Number(drift.LinearCka, "0.0000"));
        }

        Screen.On(writer).Write(layers);
    }

    private static string[] Cells(string name, RetentionChange change, double scale, string format)
    {
        string signed = $"+{format};-{format};{format}";
        RetentionEstimate difference = change.Difference;
        return
        [
            name, Number(scale * change.Before.Value, format), Number(scale * change.After.Value, format),
            Number(scale * difference.Value, signed), $"{Number(scale * difference.Low, signed)} to {Number(scale * difference.High, signed)}",
        ];
    }

    private static Table Start(string name, params string[] headings)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn(name);
        foreach (string heading in headings)
            table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right });
        return table;
    }

    private static void Add(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
