using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>A plan beside what PEFT's selector takes of the same scan.</summary>
internal static class PeftTable
{
    /// <summary>Borders and padding of the four columns, both marks and the value.</summary>
    private const int Fixed = 32;

    /// <summary>Every module and stack of experts that one of both takes, in PEFT's order.</summary>
    public static void Write(TuningPlan plan, TextWriter writer)
    {
        var ranking = PeftRanking.Create(plan.Matrices.Select(planned => planned.Matrix));
        HashSet<string> here = [.. plan.Matrices.Where(planned => planned.Selected).Select(planned => planned.Matrix.Id)];
        PeftTargets targets = Targets(plan, ranking, here);
        HashSet<string> taken = [.. targets.TargetModules, .. targets.TargetParameters];
        (PeftCandidate Candidate, int Selected)[] rows =
        [
            .. ranking.Modules.Concat(ranking.Parameters)
                .Select(candidate => (candidate, candidate.Matrices.Count(matrix => here.Contains(matrix.Id))))
                .Where(row => row.Item2 > 0 || taken.Contains(row.candidate.Name)),
        ];
        writer.WriteLine();
        writer.WriteLine("PEFT's KappaTune selector on the same scan, modules and stacks of experts apart:");
        var names = new TensorNames(rows.Select(row => row.Candidate.Name));
        int width = Math.Max(12, Screen.WidthOf(writer) - Fixed);
        Table table = new Table { Border = TableBorder.Simple }.AddColumn("Here").AddColumn("PEFT").AddColumn("Name")
            .AddColumn(new TableColumn("its value") { Alignment = Justify.Right });
        foreach ((PeftCandidate candidate, int selected) in rows)
        {
            int all = candidate.Matrices.Count;
            string mark = selected == 0 ? "" : all == 1 ? "●" : $"{NumberText.Count(selected)} of {NumberText.Count(all)}";
            table.AddRow(
                new Text(mark), new Text(taken.Contains(candidate.Name) ? "●" : ""), new Text(names.Shorten(candidate.Name, width)),
                new Text(NumberText.Ratio(candidate.Value)));
        }

        Screen.On(writer).Write(table);
        if (ranking.Unknown.Count > 0)
        {
            writer.WriteLine(
                $"{NumberText.Count(ranking.Unknown.Count, "stack", "stacks")} of gate and up matrices, which it ranks joined, are apart in "
                + "this checkpoint.");
        }

        ScannedMatrix[] outside =
            [.. plan.Matrices.Select(planned => planned.Matrix).Where(matrix => matrix is { Kappa: null, Shape.Count: 2 })];
        if (outside.Length == 0)
            return;
        string count = NumberText.Count(outside.Length, "matrix", "matrices");
        writer.WriteLine($"Not scanned, and so not ranked: {count}, such as {outside[0].Id}.");
    }

    /// <summary>By the same policy where PEFT has it, else as many as are selected here.</summary>
    private static PeftTargets Targets(TuningPlan plan, PeftRanking ranking, HashSet<string> here) => plan.Selection.Policy switch
    {
        SelectionPolicy.LowestFraction => ranking.LowestFraction(plan.Selection.Amount),
        SelectionPolicy.Threshold => ranking.Threshold(plan.Selection.Amount),
        _ => ranking.Lowest(Selected(ranking.Modules, here), Selected(ranking.Parameters, here)),
    };

    private static int Selected(IReadOnlyList<PeftCandidate> candidates, HashSet<string> here) =>
        candidates.Count(candidate => candidate.Matrices.Any(matrix => here.Contains(matrix.Id)));
}
