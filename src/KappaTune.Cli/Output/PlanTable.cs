using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>A plan on the terminal: a table that fits the screen, and the figures below it.</summary>
internal static class PlanTable
{
    /// <summary>Border and padding of the six columns, and the mark.</summary>
    private const int Fixed = 18;

    /// <summary>The selected matrices, best first, but not more of them than one can take in.</summary>
    public static void WriteSelected(TuningPlan plan, TextWriter writer)
    {
        const int Rows = 20;
        PlannedMatrix[] selected = [.. InOrder(plan).Where(planned => planned.Selected)];
        Write(selected.Take(Rows), writer);
        if (selected.Length > Rows)
            writer.WriteLine($"… and {NumberText.Count(selected.Length - Rows)} more; kappatune report lists all candidates.");
    }

    /// <summary>All candidates, best first; what is selected is marked.</summary>
    public static void WriteCandidates(TuningPlan plan, TextWriter writer) =>
        Write(InOrder(plan).Where(planned => planned.Selected || planned.Rank is not null), writer);

    /// <summary>What is selected, of how much, and the spread of κ.</summary>
    public static void WriteSummary(TuningPlan plan, TextWriter writer)
    {
        PlannedMatrix[] candidates = [.. plan.Matrices.Where(planned => planned.Rank is not null)];
        double[] kappas = [.. candidates.Select(planned => planned.Matrix.Kappa!.Value).Order()];
        int selected = candidates.Count(planned => planned.Selected);
        string parameters = $"{NumberText.Count(plan.SelectedParameters)} of {NumberText.Count(plan.TotalParameters)} parameters";
        string range = $"from {NumberText.Ratio(kappas[0])} to {NumberText.Ratio(kappas[^1])}";
        writer.WriteLine($"Selected: {plan.Selection}: {NumberText.Count(selected)} of {NumberText.Count(candidates.Length)} candidates,");
        writer.WriteLine($"          {parameters} ({NumberText.Percent(plan.SelectedParameters, plan.TotalParameters)}).");
        writer.WriteLine($"κ:        {range}, median {NumberText.Ratio(kappas[kappas.Length / 2])}.");
        PlannedMatrix[] without = [.. plan.Matrices.Where(planned => planned.Rule is SelectionRule.Unreadable or SelectionRule.NoScore)];
        if (without.Length == 0)
            return;
        // What isn't a candidate for a fault of its own mustn't be missed among those that never are.
        string first = new TensorNames([without[0].Matrix.Id]).Shorten(without[0].Matrix.Id, 54);
        writer.WriteLine($"No κ:     {NumberText.Count(without.Length, "matrix", "matrices")}, such as {first}:");
        writer.WriteLine($"          {PlainText.OneLine(without[0].Reason)}.");
    }

    private static IEnumerable<PlannedMatrix> InOrder(TuningPlan plan) => plan.Matrices.OrderBy(planned => planned.Rank ?? int.MaxValue);

    private static void Write(IEnumerable<PlannedMatrix> planned, TextWriter writer)
    {
        string[] headings = ["Rank", "Shape", "κ", "× random"];
        (PlannedMatrix Planned, string[] Cells)[] rows = [.. planned.Select(row => (row, Cells(row)))];
        int cells = headings.Select((heading, i) => rows.Select(row => row.Cells[i].Length).Append(heading.Length).Max()).Sum();
        int nameWidth = Math.Max(12, Screen.WidthOf(writer) - Fixed - cells);
        var names = new TensorNames(rows.Select(row => row.Planned.Matrix.Id));

        Table table = new Table { Border = TableBorder.Simple }.AddColumn(new TableColumn("") { Padding = new(0, 0) });
        table.AddColumn(Right(headings[0])).AddColumn("Tensor").AddColumns([.. headings.Skip(1).Select(Right)]);
        foreach ((PlannedMatrix row, string[] cell) in rows)
        {
            string name = names.Shorten(row.Matrix.Id, nameWidth);
            Style style = row.Selected ? new Style(decoration: Decoration.Bold) : Style.Plain;
            // Text, not strings: brackets in a name are no markup.
            table.AddRow(((string[])[row.Selected ? "●" : " ", cell[0], name, .. cell[1..]]).Select(text => new Text(text, style)));
        }

        Screen.On(writer).Write(table);
    }

    private static TableColumn Right(string heading) => new(heading) { Alignment = Justify.Right };

    private static string[] Cells(PlannedMatrix planned) =>
    [
        planned.Rank is { } rank ? NumberText.Count(rank) : "",
        $"{planned.Matrix.Rows}×{planned.Matrix.Columns}",
        Kappa(planned.Matrix),
        planned.Matrix.RelativeKappa is { } relative ? NumberText.Ratio(relative) : "",
    ];

    private static string Kappa(ScannedMatrix matrix) => matrix switch
    {
        { Kappa: null } => "",
        { IsLowerBound: true } => $"≥ {NumberText.Ratio(matrix.Kappa.Value)}",
        { BeyondPrecision: true, Kappa: not double.PositiveInfinity } => $"~ {NumberText.Ratio(matrix.Kappa.Value)}",
        _ => NumberText.Ratio(matrix.Kappa.Value),
    };
}
