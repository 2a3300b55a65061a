using Spectre.Console;

namespace KappaTune.Cli.Output;

/// <summary>A mixture's experts on the terminal, a line a layer: the spread of κ among them, and which are selected.</summary>
internal static class ExpertTable
{
    /// <summary>Writes nothing where the model has no experts.</summary>
    public static void Write(TuningPlan plan, TextWriter writer)
    {
        Expert[] experts = [.. plan.Matrices
            .Where(planned => planned.Matrix is { Kappa: not null, Layer: not null, Expert: not null })
            .GroupBy(planned => (Layer: planned.Matrix.Layer!.Value, Number: planned.Matrix.Expert!.Value))
            .OrderBy(group => group.Key)
            .Select(group => new Expert(group.Key.Layer, group.Key.Number, Median(group), Share(group)))];
        if (experts.Length == 0)
            return;
        var table = new Table { Border = TableBorder.Simple };
        foreach (string heading in (string[])["Layer", "Experts", "Lowest κ", "Median", "Highest"])
            table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right });
        table.AddColumn("Selected").AddColumn("In part");
        foreach (IGrouping<int, Expert> layer in experts.GroupBy(expert => expert.Layer))
            table.AddRow(Cells(layer.Key, [.. layer.OrderBy(expert => expert.Kappa)]).Select(text => new Text(text)));
        writer.WriteLine("Experts, each by the median κ of its matrices; their numbers in brackets:");
        Screen.On(writer).Write(table);
    }

    /// <summary>Numbers in order as people write them: 0–3, 7.</summary>
    internal static string Ranges(IEnumerable<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (int number in numbers)
        {
            if (ranges.Count > 0 && ranges[^1].Last == number - 1)
                ranges[^1] = (ranges[^1].First, number);
            else
                ranges.Add((number, number));
        }

        return string.Join(", ", ranges.Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First}–{range.Last}"));
    }

    private static string[] Cells(int layer, Expert[] ordered)
    {
        (Expert lowest, Expert highest) = (ordered[0], ordered[^1]);
        return
        [
            $"{layer}", NumberText.Count(ordered.Length), $"{NumberText.Ratio(lowest.Kappa)} ({lowest.Number})",
            NumberText.Ratio(ordered[ordered.Length / 2].Kappa), $"{NumberText.Ratio(highest.Kappa)} ({highest.Number})",
            Ranges(ordered.Where(expert => expert.Selected == 1).Select(expert => expert.Number).Order()),
            Ranges(ordered.Where(expert => expert.Selected is > 0 and < 1).Select(expert => expert.Number).Order()),
        ];
    }

    private static double Median(IEnumerable<PlannedMatrix> matrices)
    {
        double[] kappas = [.. matrices.Select(planned => planned.Matrix.Kappa!.Value).Order()];
        return kappas[kappas.Length / 2];
    }

    private static double Share(IEnumerable<PlannedMatrix> matrices) => matrices.Average(planned => planned.Selected ? 1.0 : 0);

    /// <param name="Selected">The share of the matrices that is selected.</param>
    private sealed record Expert(int Layer, int Number, double Kappa, double Selected);
}
