using System.Globalization;
using KappaTune.Cli.Output;
using Spectre.Console;

namespace KappaTune.Cli.Demo;

/// <summary>What the demo says, on the terminal.</summary>
internal static class DemoTables
{
    /// <summary>Training losses this far apart are of models that have adapted differently far.</summary>
    private const double UnlikeLoss = 0.1;

    /// <summary>Why one would do this, with what the scan found.</summary>
    public static void WriteIntroduction(DemoSettings settings, TuningPlan plan, TextWriter writer)
    {
        string model = PlainText.Shorten(Path.GetFileName(Path.TrimEndingDirectorySeparator(settings.BaseModel)), 30);
        writer.WriteLine($"{model} has {NumberText.Count(plan.TotalParameters)} parameters. Tuning all of them for");
        writer.WriteLine("a task makes it forget some of what it knew. A low κ, the condition number, is");
        writer.WriteLine("taken to mark a matrix that can learn something new while losing little: only");
        writer.WriteLine($"the {plan.SelectedCount} lowest will be trained, below a new classifier; all else stays as it is.");
    }

    /// <summary>Why a plan has fewer candidates than the scan: a sentence encoder, say, has a pooler that no other task needs.</summary>
    public static void WriteReplaced(TuningPlan scanned, TuningPlan tuned, TextWriter writer)
    {
        foreach (string name in Candidates(scanned).Except(Candidates(tuned)))
            writer.WriteLine($"Replaced: {PlainText.Shorten(name, 30)} by the new classifier: no candidate.");

        static IEnumerable<string> Candidates(TuningPlan plan) =>
            plan.Matrices.Where(planned => planned.Rank is not null).Select(planned => planned.Matrix.Id);
    }

    /// <summary>A column a way.</summary>
    public static void WriteComparison(IReadOnlyList<Tuned> ways, double bagOfWords, TextWriter writer)
    {
        Table table = new Table { Border = TableBorder.Simple }.AddColumn(new TableColumn("") { NoWrap = true });
        // On two lines, so that rows have room for their names.
        foreach (string way in ways.Select(way => way.Way).Append("Bag of\nwords"))
            table.AddColumn(new TableColumn(new Text(way)) { Alignment = Justify.Right });
        Add("Learnt: new tickets right", way => Percent(way.Metrics.MicroAccuracy), Percent(bagOfWords));
        RetentionReport kept = ways[0].Report.Retention!;
        if (kept.Accuracy is { } accuracy)
        {
            string what = kept.Objective is RetentionObjective.SentencePairs ? "neighbours" : "words";
            Add($"Kept: {what}, of {Percent(accuracy.Before.Value)}", way => Percent(way.Report.Retention!.Accuracy!.After.Value));
            Add("Forgotten, nats", way => Signed(way.Forgotten!.Value));
            Add("  95 % interval", way => Interval(way.Forgotten!));
        }

        Add("Drift of the last layer", way => Number(way.Report.Retention!.Drift[^1].CosineDistance.Value, "0.000"));
        Add("Training time", way => NumberText.Duration(way.Report.TrainingTime));
        Add("Gradients and AdamW", way => NumberText.Bytes(way.TrainingBytes));
        Add("Parameters trained", way => NumberText.Percent(way.Report.TrainableParameters, way.Report.TotalParameters));
        Add("Learning rate", way => way.LearningRate.ToString("0e0", CultureInfo.InvariantCulture));
        Add("Last training loss", way => Number(way.TrainingLoss, "0.000"));
        Screen.On(writer).Write(table);

        void Add(string name, Func<Tuned, string> cell, string ofWords = "") =>
            table.AddRow(ways.Select(cell).Prepend(name).Append(ofWords).Select(text => new Text(text)));
    }

    /// <summary>What came out, whatever it is; a difference that may be chance is none.</summary>
    public static void WriteVerdict(Tuned kappa, Tuned full, Tuned random, TextWriter writer)
    {
        RetentionReport kept = kappa.Report.Retention!;
        writer.WriteLine(kept.Objective switch
        {
            RetentionObjective.SentencePairs =>
                $"Kept: of {NumberText.Count(2 * kept.Windows)} sentences in old books, those matched with the one beside them.",
            RetentionObjective.MaskedTokens =>
                $"Kept: of {NumberText.Count(kept.MaskedTokens)} words hidden in old books, which it guesses.",
            _ => "The base model has no head for its own objective: only drift is measured.",
        });
        foreach ((Tuned other, string name) in (ReadOnlySpan<(Tuned, string)>)[(full, "all of it"), (random, "random")])
        {
            if ((kappa.Forgotten, other.Forgotten) is ({ } mine, { } its))
                writer.WriteLine(Kept(mine, its, name, kappa.TrainingLoss - other.TrainingLoss));
        }
    }

    /// <summary>The end says it once more, in words.</summary>
    public static void WriteResult(Tuned kappa, Tuned full, Tuned random, double bagOfWords, TextWriter writer)
    {
        writer.WriteLine(
            $"Result: {Percent(kappa.Metrics.MicroAccuracy)} of the new tickets sorted right; "
            + $"all of it {Percent(full.Metrics.MicroAccuracy)},");
        writer.WriteLine($"        random {Percent(random.Metrics.MicroAccuracy)}, a bag of words {Percent(bagOfWords)}.");
        if ((kappa.Forgotten, full.Forgotten, random.Forgotten) is ({ } mine, { } all, { } others))
            writer.WriteLine($"        Forgotten {Signed(mine.Value)} nats; all of it {Signed(all.Value)}, random {Signed(others.Value)}.");
        writer.WriteLine(
            $"        Memory of gradients and AdamW {NumberText.Bytes(kappa.TrainingBytes)}; "
            + $"all of it {NumberText.Bytes(full.TrainingBytes)}.");
    }

    public static void WritePrediction(Ticket ticket, SortedTicket sorted, TextWriter writer)
    {
        string wrong = ticket.Queue.Length == 0 || ticket.Queue == sorted.PredictedLabel
            ? ""
            : $"; it is {PlainText.OneLine(ticket.Queue)}";
        writer.WriteLine($"  {PlainText.Shorten(ticket.Text, Screen.Width - 2)}");
        writer.WriteLine($"    → {sorted.PredictedLabel}, {Percent(sorted.Score.Max())} sure{wrong}");
    }

    private static string Kept(RetentionEstimate mine, RetentionEstimate its, string other, double learntLess)
    {
        string learnt = learntLess > UnlikeLoss ? ", but learnt less" : learntLess < -UnlikeLoss ? ", and learnt more" : "";
        return mine.High < its.Low ? $"Lowest κ kept clearly more than {other}{learnt}."
            : its.High < mine.Low ? $"Lowest κ kept clearly less than {other}{learnt}."
            : $"What lowest κ and {other} kept doesn't clearly differ.";
    }

    public static string Percent(double share) => $"{Number(100 * share, "0.0")} %";

    private static string Interval(RetentionEstimate estimate) => $"{Short(estimate.Low)} to {Short(estimate.High)}";

    private static string Short(double value) => Number(value, "0.00");

    private static string Signed(double value) => Number(value, "+0.000;-0.000;0.000");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
