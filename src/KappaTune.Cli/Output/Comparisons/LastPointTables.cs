using Microsoft.ML.KappaTune.Study;
using static KappaTune.Cli.Output.ComparisonNumbers;

namespace KappaTune.Cli.Output;

/// <summary>What each method comes to after the last epoch, with each of its learning rates, and what a whole run of it costs.</summary>
internal static class LastPointTables
{
    public static void Write(ComparisonResult document, ITableWriter writer)
    {
        if (document.Cells.Count == 0)
            return;
        string epochs = NumberText.Count(document.Settings.Epochs, "epoch", "epochs");
        writer.WriteLine($"Last:     after {epochs}, however much was learnt; ± is the standard error.");
        if (document.IsOfSpeech)
        {
            SpeechTables.WriteLast(document, writer);
            // On the terminal there is no room for as many columns.
            if (!writer.IsNarrow)
                SpeechTables.WriteSteps(document, writer);
            WriteRunCosts(document, writer);
            return;
        }

        // Before the first step a language model is the base, and a classifier has a head that knows nothing.
        string ofBase = document.Controls[0].Bytes is null ? "" : Invariant($" (base: {document.Cells[0].Points[0].TestLoss:0.000})");
        writer.WriteLine($"          Loss of test rows, nats{ofBase}; KL(base, tuned) on them.");
        writer.WriteTable(["At the end", "Rate", "Runs", "Loss", "KL", "Forgetting", "Accuracy"], Rows(document));
        WriteRunCosts(document, writer);
    }

    private static void WriteRunCosts(ComparisonResult document, ITableWriter writer)
    {
        writer.WriteLine("Cost:     of a whole run; the time is the least of its steps' times.");
        writer.WriteTable(
            ["Cost of a run", "Trained", "Optimizer", "Time, s"],
            document.Methods.Select(method => (string[])
            [
                method.Title, Short(method.Trainable), NumberText.Bytes(method.OptimizerBytes),
                document.Cells.Where(cell => cell.Method == method.Id).Min(cell => cell.TrainingSeconds) is { } seconds
                    ? Invariant($"{seconds:0.0}")
                    : "",
            ]));
    }

    private static IEnumerable<string[]> Rows(ComparisonResult document)
    {
        IReadOnlyList<LastRow> rows = LastPoints.Create(document);
        foreach (ComparedMethod method in document.Methods)
        {
            // A method's title stands at its first rate.
            string title = method.Title;
            foreach (LastRow row in rows.Where(row => row.Method == method.Id))
            {
                yield return
                [
                    title, Rate(row.LearningRate), $"{row.Ended}/{row.Runs}", row.Ended == 0 ? "failed" : Mean(row.TestLoss, 1, "0.00"),
                    Mean(row.Divergence, 1, "0.000"), Mean(row.Forgetting, 1, SignedNats), Mean(row.Accuracy, 100, "0.0"),
                ];
                title = "";
            }
        }
    }
}
