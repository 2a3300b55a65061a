using System.Globalization;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using static KappaTune.Cli.Output.ComparisonNumbers;

namespace KappaTune.Cli.Output;

/// <summary>A comparison in tables: each method with its best learning rate, then with all of them.</summary>
internal static class ComparisonTable
{
    private const int ControlWidth = 24, TaskWidth = 20;

    /// <summary>On the terminal, in 80 columns.</summary>
    public static void Write(ComparisonResult result, TextWriter writer) => Write(result, new TerminalTables(writer));

    /// <summary>The same as a file of Markdown, with names in full.</summary>
    public static void Save(ComparisonResult result, string path)
    {
        var writer = new MarkdownTables();
        writer.WriteHeading($"{result.Task.Name}: {result.Base.Name}");
        Write(result, writer);
        OutputFile.Write(path, writer.ToString());
    }

    private static void Write(ComparisonResult result, ITableWriter writer)
    {
        ComparisonResult document = ShownIntervals.Trim(result);
        foreach (ComparedControlText control in document.Controls)
        {
            string name = writer.IsNarrow ? PlainText.Shorten(control.Name, ControlWidth) : control.Name;
            (double loss, double right) = (control.Loss, 100 * control.Accuracy);
            writer.WriteLine(control switch
            {
                { BitsPerByteOfNat: { } bits } =>
                    Invariant($"Base:     {name}: loss {loss:0.000}, {bits * loss:0.0000} bits a byte, {right:0.0} % right"),
                { Pairs: not null } => Invariant($"Base:     {name}: loss {loss:0.000}, {right:0.0} % of neighbours found"),
                _ => Invariant($"Base:     {name}: loss {loss:0.000}, {right:0.0} % of masked tokens right"),
            });
        }

        string words = document.Baselines.BagOfWords is { } accuracy ? Invariant($", words alone {100 * accuracy:0.0} %") : "";
        string task = writer.IsNarrow ? PlainText.Shorten(document.Task.Name, TaskWidth) : document.Task.Name;
        writer.WriteLine(document.IsOfSpeech
            ? $"Task:     {task}: {NumberText.Count(document.Task.Train)} recordings, {NumberText.Count(document.Task.Test)} to test"
            : Invariant($"Task:     {task}: most frequent class {100 * document.Baselines.Majority:0.0} %{words}"));
        if (document.Matched is { } matched)
            WriteMatched(document, matched, writer);
        // In a study of tensors each of them is a method, which would be hundreds of rows.
        if (document.Study == "methods")
            LastPointTables.Write(document, writer);
    }

    private static void WriteMatched(ComparisonResult document, MatchedAdaptation matched, ITableWriter writer)
    {
        if (matched.WordErrorRate is not null)
        {
            SpeechTables.WriteMatched(document, matched, writer);
            WriteCosts(document, matched, writer);
            return;
        }

        writer.WriteLine(Invariant($"Matched:  at a training loss of {matched.TrainLoss:0.000}; ± is the 95 % interval (Student's t)."));
        writer.WriteLine(document.Controls[0].Pairs is null
            ? "          Forgetting: how much worse control text is guessed, nats a token."
            : "          Forgetting: how much worse neighbouring sentences are found, in nats.");
        if (document.Controls[0].BitsPerByteOfNat is { } bits)
            writer.WriteLine(Invariant($"          A nat a token is {bits:0.000} bits a byte."));
        if (document.Study == "methods")
        {
            WriteMethods(document, matched, writer);
            WriteCosts(document, matched, writer);
        }
        else
            WriteTensors(document, writer);
    }

    private static void WriteMethods(ComparisonResult document, MatchedAdaptation matched, ITableWriter writer)
    {
        writer.WriteTable(["Method", "Trained", "Rate", "Runs", "Forgetting", "Accuracy"], document.Methods.Select(method =>
        {
            MatchedRow[] rows = [.. matched.Rows.Where(row => row.Method == method.Id)];
            MatchedRow? best = rows.FirstOrDefault(row => row.Best);
            return (string[])
            [
                method.Title, Short(method.Trainable), best is null ? "" : Rate(best.LearningRate),
                best is null ? $"0/{rows.Sum(row => row.Runs)}" : $"{best.Reached}/{best.Runs}", Forgetting(best?.Forgetting),
                Mean(best?.Accuracy, 100, "0.0"),
            ];
        }));
    }

    /// <summary>What each method took, and how far what it predicts on the task's texts went from the base's.</summary>
    private static void WriteCosts(ComparisonResult document, MatchedAdaptation matched, ITableWriter writer)
    {
        (ComparedMethod Method, MatchedRow Best)[] rows =
        [
            .. from method in document.Methods
               let best = matched.Rows.FirstOrDefault(row => row.Method == method.Id && row.Best)
               where best is { TrainingSeconds: not null }
               select (method, best!),
        ];
        if (rows.Length == 0)
            return;
        string divergence = document.IsOfSpeech ? "KL on text" : "KL on task";
        writer.WriteTable(["Cost until then", "Epochs", "Time, s", "Optimizer", divergence, "p"], rows.Select(row => (string[])
        [
            row.Method.Title, Number(row.Best.Epochs, "0.0"), Number(row.Best.TrainingSeconds, "0.0"),
            NumberText.Bytes(row.Method.OptimizerBytes), Number(row.Best.Divergence, "0.0000"),
            matched.Differences.FirstOrDefault(difference => difference.Method == row.Method.Id)?.HolmP
                .ToString("0.000", CultureInfo.InvariantCulture) ?? "",
        ]));
        if (matched.Differences.Count > 0)
            writer.WriteLine("p: of as much forgetting as lowest κ, by seeds; t-test, Holm's correction.");
    }

    private static void WriteTensors(ComparisonResult document, ITableWriter writer)
    {
        var names = new TensorNames(document.PerTensor.Select(tensor => tensor.Tensor));
        writer.WriteTable(
            ["Tensor", "Layer", "Role", "Runs", "Forgetting"],
            document.PerTensor.OrderBy(tensor => tensor.Forgetting?.Mean ?? double.PositiveInfinity).Select(tensor => (string[])
            [
                writer.IsNarrow ? names.Shorten(tensor.Tensor, TerminalTables.NameWidth) : tensor.Tensor, $"{tensor.Layer}", tensor.Role,
                $"{tensor.Reached}/{tensor.Runs}", Forgetting(tensor.Forgetting),
            ]));
        writer.WriteLine("Rank correlation of scores with forgetting (Spearman's, bootstrap over tensors):");
        writer.WriteTable(["Score", "Rank correlation", "Within role", "Within layer"], document.Correlations.Select(score => (string[])
        [
            score.Score, $"{Correlation(score.Spearman)} [{Correlation(score.Low)}, {Correlation(score.High)}]",
            Correlation(score.WithinRole), Correlation(score.WithinLayer),
        ]));
    }

    private static string Forgetting(MeanInterval? value) => value is null ? "not reached" : Mean(value, 1, SignedNats);
}
