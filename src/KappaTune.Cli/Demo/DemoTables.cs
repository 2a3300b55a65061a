using System.Globalization;
using KappaTune.Cli.Output;
using Spectre.Console;

namespace KappaTune.Cli.Demo;

/// <summary>What the demo says, on the terminal.</summary>
internal static class DemoTables
{
    /// <summary>What the options' budget allows, in words: 2 %.</summary>
    public static string MostLost(TuningOptions options) => $"{Number(100 * (1 - options.Budget!.Keep!.Value), "0.#")} %";

    /// <summary>Why one would do this, with what the scan found.</summary>
    public static void WriteIntroduction(DemoSettings settings, TuningPlan plan, TextWriter writer)
    {
        string model = PlainText.Shorten(Path.GetFileName(Path.TrimEndingDirectorySeparator(settings.BaseModel)), 30);
        writer.WriteLine($"{model} has {NumberText.Count(plan.TotalParameters)} parameters. Tuning all of them for");
        writer.WriteLine("a task makes it forget some of what it knew. Here you say how much it may lose.");
        writer.WriteLine("A low κ, the condition number, is taken to mark a matrix that can learn: only");
        writer.WriteLine($"the {plan.SelectedCount} lowest are trained, below a new classifier; all else stays as it is.");
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
        if (ways.All(way => way.Lost is not null))
        {
            Add("Lost: rise of its own loss", way => Signed(way.Lost!.Value));
            Add("  95 % interval, %", way => $"{Share(way.Lost!.Low)} to {Share(way.Lost!.High)}");
        }

        Add("Learning rate", way => $"{(way.Report.Budget is null ? "" : "found ")}{Number(way.LearningRate, "0e0")}");
        Add("Time, all measuring included", way => NumberText.Duration(way.Elapsed));
        Add("Gradients and AdamW", way => NumberText.Bytes(way.TrainingBytes));
        Add("Parameters trained", way => NumberText.Percent(way.Report.TrainableParameters, way.Report.TotalParameters));
        Screen.On(writer).Write(table);

        void Add(string name, Func<Tuned, string> cell, string ofWords = "") =>
            table.AddRow(ways.Select(cell).Prepend(name).Append(ofWords).Select(text => new Text(text)));
    }

    /// <summary>What came out, whatever it is.</summary>
    public static void WriteVerdict(Tuned kappa, Tuned full, Tuned usual, TextWriter writer)
    {
        BudgetReport budget = kappa.Report.Budget!;
        writer.WriteLine($"Lost: on {NumberText.Count(budget.HeldOutSamples)} {Samples(budget.Objective)} of English prose, which had");
        writer.WriteLine(
            $"no part in any decision; without a budget, on {NumberText.Count(usual.Report.Retention!.Windows)} of the whole text.");
        foreach ((Tuned way, string name) in (ReadOnlySpan<(Tuned, string)>)[(kappa, "Lowest κ"), (full, "All of it")])
            writer.WriteLine($"{name}: the budget {Kept(way.Report.Budget!)}.");
        if (usual.Lost is { } lost)
            writer.WriteLine($"At its usual rate, all of it lost {Signed(lost.Value)}.");
    }

    /// <summary>The end says it once more, in words.</summary>
    public static void WriteResult(Tuned kappa, Tuned full, Tuned usual, double bagOfWords, TextWriter writer)
    {
        writer.WriteLine(
            $"Result: {Right(kappa)} of the new tickets sorted right, {Lost(kappa)} lost, in {NumberText.Bytes(kappa.TrainingBytes)}.");
        writer.WriteLine($"        All of it: {Right(full)}, {Lost(full)} lost, in {NumberText.Bytes(full.TrainingBytes)};");
        writer.WriteLine($"        at its usual rate {Right(usual)}, {Lost(usual)} lost. A bag of words: {Percent(bagOfWords)}.");

        static string Right(Tuned way) => Percent(way.Metrics.MicroAccuracy);

        static string Lost(Tuned way) => way.Lost is { } lost ? Signed(lost.Value) : "nothing measured";
    }

    public static void WritePrediction(Ticket ticket, SortedTicket sorted, TextWriter writer)
    {
        string wrong = ticket.Queue.Length == 0 || ticket.Queue == sorted.PredictedLabel
            ? ""
            : $"; it is {PlainText.OneLine(ticket.Queue)}";
        writer.WriteLine($"  {PlainText.Shorten(ticket.Text, Screen.Width - 2)}");
        writer.WriteLine($"    → {sorted.PredictedLabel}, {Percent(sorted.Score.Max())} sure{wrong}");
    }

    private static string Kept(BudgetReport budget) => (budget.Outcome, budget.IsHeld) switch
    {
        (BudgetOutcome.HeadOnly, _) => "left nothing to learn but the new classifier",
        (_, true) => "was kept",
        (_, false) => "wasn't kept on the text that had no part in any decision",
        _ => "was kept as far as it was measured",
    };

    private static string Samples(RetentionObjective? objective) =>
        objective is RetentionObjective.SentencePairs ? "pairs of sentences" : "passages";

    public static string Percent(double share) => $"{Number(100 * share, "0.0")} %";

    private static string Signed(double share) => $"{Share(share)} %";

    private static string Share(double share) => Number(100 * share, "+0.0;-0.0;0.0");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
