using System.Globalization;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>A comparison on the terminal, in 80 columns: each method with its best learning rate.</summary>
internal static class ComparisonTable
{
    private const int NameWidth = 29, ControlWidth = 24, TaskWidth = 20;

    public static void Write(ComparisonResult result, TextWriter writer)
    {
        ComparisonResult document = ShownIntervals.Trim(result);
        foreach (ComparedControlText control in document.Controls)
        {
            string name = PlainText.Shorten(control.Name, ControlWidth);
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
        string task = PlainText.Shorten(document.Task.Name, TaskWidth);
        writer.WriteLine(Invariant($"Task:     {task}: most frequent class {100 * document.Baselines.Majority:0.0} %{words}"));
        if (document.Matched is not { } matched)
            return;
        writer.WriteLine(Invariant($"Matched:  at a training loss of {matched.TrainLoss:0.000}; ± is the 95 % interval (Student's t)."));
        writer.WriteLine(document.Controls[0].Pairs is null
            ? "          Forgetting: how much worse control text is guessed, nats a token." + BytesOf(document.Controls[0])
            : "          Forgetting: how much worse neighbouring sentences are found, in nats.");
        if (document.Study == "methods")
        {
            WriteMethods(document, matched, writer);
            WriteCosts(document, matched, writer);
        }
        else
            WriteTensors(document, writer);
    }

    private static void WriteMethods(ComparisonResult document, MatchedAdaptation matched, TextWriter writer)
    {
        Table table = NewTable("Method", "Trained", "Rate", "Runs", "Forgetting", "Accuracy");
        foreach (ComparedMethod method in document.Methods)
        {
            MatchedRow[] rows = [.. matched.Rows.Where(row => row.Method == method.Id)];
            MatchedRow? best = rows.FirstOrDefault(row => row.Best);
            AddRow(
                table, method.Title, Short(method.Trainable), best is null ? "" : Invariant($"{best.LearningRate:0.##e0}"),
                best is null ? $"0/{rows.Sum(row => row.Runs)}" : $"{best.Reached}/{best.Runs}", Forgetting(best?.Forgetting),
                best?.Accuracy is { } accuracy ? Interval(accuracy, 100, "0.0") : "");
        }

        Screen.On(writer).Write(table);
    }

    /// <summary>What each method took, and how far what it predicts on the task's texts went from the base's.</summary>
    private static void WriteCosts(ComparisonResult document, MatchedAdaptation matched, TextWriter writer)
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
        Table table = NewTable("Cost until then", "Epochs", "Time, s", "Optimizer", "KL on task", "p");
        foreach ((ComparedMethod method, MatchedRow best) in rows)
        {
            AddRow(
                table, method.Title, Number(best.Epochs, "0.0"), Number(best.TrainingSeconds, "0.0"),
                NumberText.Bytes(method.OptimizerBytes), Number(best.Divergence, "0.0000"),
                matched.Differences.FirstOrDefault(difference => difference.Method == method.Id)?.HolmP
                    .ToString("0.000", CultureInfo.InvariantCulture) ?? "");
        }

        Screen.On(writer).Write(table);
        if (matched.Differences.Count > 0)
            writer.WriteLine("p: of as much forgetting as lowest κ, by seeds; t-test, Holm's correction.");
    }

    private static string Number(MeanInterval? value, string format) => value?.Mean.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string BytesOf(ComparedControlText control) =>
        control.BitsPerByteOfNat is { } bits ? Invariant($"\n          A nat a token is {bits:0.000} bits a byte.") : "";

    private static void WriteTensors(ComparisonResult document, TextWriter writer)
    {
        Table table = NewTable("Tensor", "Layer", "Role", "Runs", "Forgetting");
        var names = new TensorNames(document.PerTensor.Select(tensor => tensor.Tensor));
        foreach (ComparedTensor tensor in document.PerTensor.OrderBy(tensor => tensor.Forgetting?.Mean ?? double.PositiveInfinity))
        {
            AddRow(
                table, names.Shorten(tensor.Tensor, NameWidth), $"{tensor.Layer}", tensor.Role, $"{tensor.Reached}/{tensor.Runs}",
                Forgetting(tensor.Forgetting));
        }

        Screen.On(writer).Write(table);
        writer.WriteLine("Rank correlation of scores with forgetting (Spearman's, bootstrap over tensors):");
        Table scores = NewTable("Score", "Rank correlation", "Within role", "Within layer");
        foreach (ForgettingCorrelation score in document.Correlations)
        {
            AddRow(
                scores, score.Score, $"{Number(score.Spearman)} [{Number(score.Low)}, {Number(score.High)}]", Number(score.WithinRole),
                Number(score.WithinLayer));
        }

        Screen.On(writer).Write(scores);
    }

    private static Table NewTable(string first, params string[] others)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn(first);
        foreach (string heading in others)
            table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right, NoWrap = true, Padding = new(0, 1) });
        return table;
    }

    private static void AddRow(Table table, string name, params string[] cells) =>
        table.AddRow(cells.Prepend(PlainText.Shorten(name, NameWidth)).Select(cell => new Text(cell)));

    private static string Forgetting(MeanInterval? value) => value is null ? "not reached" : Interval(value, 1, "+0.000;-0.000;0.000");

    /// <summary>The mean, and how far its interval goes to the longer side.</summary>
    private static string Interval(MeanInterval value, double scale, string format)
    {
        string mean = (scale * value.Mean).ToString(format, CultureInfo.InvariantCulture);
        if (value is not { Low: { } low, High: { } high })
            return mean;
        double reach = scale * Math.Max(high - value.Mean, value.Mean - low);
        return $"{mean} ±{reach.ToString(format.Split(';')[0].TrimStart('+'), CultureInfo.InvariantCulture)}";
    }

    private static string Number(double? value) => value?.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) ?? "";

    /// <summary>1.2M, 82k.</summary>
    private static string Short(long count) => count switch
    {
        >= 1_000_000 => Invariant($"{count / 1e6:0.0}M"),
        >= 1000 => Invariant($"{count / 1e3:0}k"),
        _ => Invariant($"{count}"),
    };
}
