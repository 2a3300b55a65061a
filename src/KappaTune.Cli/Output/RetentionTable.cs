using System.Globalization;
using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>What a model kept, on the terminal.</summary>
internal static class RetentionTable
{
    public static void Write(RetentionReport report, TextWriter writer)
    {
        const int NameWidth = 34;
        writer.WriteLine($"{PlainText.Shorten(report.Text, NameWidth)}: {Measured(report)}");
        if (report is { Loss: { } loss, Accuracy: { } accuracy })
        {
            (string lossOf, string right) = report.Objective switch
            {
                RetentionObjective.NextToken => ("Loss of tokens, nats", "Guessed right, %"),
                RetentionObjective.MaskedTokens => ("Loss of masked tokens, nats", "Guessed right, %"),
                _ => ("Contrastive loss, nats", "Neighbour found, %"),
            };
            Table table = Start("", "Before", "After", "Difference", "95 % interval");
            Add(table, Cells(lossOf, loss, 1, "0.000"));
            if (report.Perplexity is { } perplexity)
                Add(table, Cells("Perplexity", perplexity, 1, "0.00"));
            if (report.BitsPerByte is { } bits)
                Add(table, Cells("Bits a byte", bits, 1, "0.0000"));
            Add(table, Cells(right, accuracy, 100, "0.0"));
            Screen.On(writer).Write(table);
        }
        else
        {
            writer.WriteLine("The base model has no head for its own objective, so that only drift is measured.");
        }

        string unit = report.Objective is RetentionObjective.SentencePairs ? "sentence" : "token";
        if (report.Divergence is { } divergence)
            writer.WriteLine($"KL(base, tuned) on this text: {Nats(divergence, unit)}.");
        if (report.TaskDivergence is { } ofTask)
            writer.WriteLine($"KL(base, tuned) on {NumberText.Count(report.TaskTexts)} texts of the task: {Nats(ofTask, "token")}.");
        else if (report.Objective is RetentionObjective.SentencePairs)
            writer.WriteLine("It has no head to predict words with: KL on texts of the task isn't measured.");

        Table layers = Start("Drift of states", "Cosine distance", "95 % interval", "Linear CKA");
        foreach (RetentionDrift drift in report.Drift)
        {
            RetentionEstimate distance = drift.CosineDistance;
            Add(layers, drift.Layer == 0 ? "embeddings" : $"layer {drift.Layer}", Number(distance.Value, "0.0000"),
                $"{Number(distance.Low, "0.0000")} to {Number(distance.High, "0.0000")}", Number(drift.LinearCka, "0.0000"));
        }

        Screen.On(writer).Write(layers);
    }

    private static string Measured(RetentionReport report)
    {
        string tokens = $"{NumberText.Count(report.Tokens)} tokens";
        return report.Objective switch
        {
            RetentionObjective.SentencePairs => $"{NumberText.Count(report.Windows)} pairs of sentences, {tokens}",
            RetentionObjective.MaskedTokens =>
                $"{NumberText.Count(report.Windows)} windows, {tokens}, {NumberText.Count(report.MaskedTokens)} masked",
            RetentionObjective.NextToken =>
                $"{NumberText.Count(report.Windows)} windows, {tokens}, {NumberText.Count(report.MaskedTokens)} guessed",
            _ => $"{NumberText.Count(report.Windows)} windows, {tokens}",
        };
    }

    private static string[] Cells(string name, RetentionChange change, double scale, string format)
    {
        string signed = $"+{format};-{format};{format}";
        RetentionEstimate difference = change.Difference;
        return
        [
            name, Number(scale * change.Before.Value, format), Number(scale * change.After.Value, format),
            Number(scale * difference.Value, signed),
            $"{Number(scale * difference.Low, signed)} to {Number(scale * difference.High, signed)}",
        ];
    }

    private static string Nats(RetentionEstimate divergence, string unit) =>
        $"{Number(divergence.Value, "0.0000")} nats a {unit} "
        + $"({Number(divergence.Low, "0.0000")} to {Number(divergence.High, "0.0000")})";

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
