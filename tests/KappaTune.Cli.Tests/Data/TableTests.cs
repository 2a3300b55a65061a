using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune;

namespace KappaTune.Cli.Tests.Data;

public class TableTests
{
    [Fact]
    public void Every_line_fits_80_columns_whatever_the_names_and_numbers()
    {
        string name = string.Concat(Enumerable.Repeat("model.layers.", 20)) + "weight";
        ScannedMatrix[] matrices = [.. Enumerable.Range(0, 12_000).Select(i => Matrix($"{name}.{i}", 1 + i * 1e9, 1_000_000, 128_256))];
        string[] lines = Lines(matrices, KappaSelection.Lowest(11_000));
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.Contains(lines, line => line.Contains("12,000"));
        Assert.Contains(lines, line => line.Contains('…') && line.Contains("weight.11999"));
    }

    [Fact]
    public void A_row_is_one_line()
    {
        const string Name = "model.layers.self_attn.a_long_name.q_proj.weight";
        ScannedMatrix[] matrices = [.. Enumerable.Range(10, 30).Select(i => Matrix($"{Name}{i}", 1e5 * i, 4096, 14_336))];
        string[] rows = [.. Lines(matrices, KappaSelection.Lowest(3)).Where(line => line.Contains("4096×14336"))];
        Assert.Equal(30 + 3, rows.Length);
        // What all names begin with is left out, what tells them apart isn't.
        Assert.All(rows, row => Assert.Matches(@"…[^ ]*q_proj\.weight[0-9]{2}", row));
    }

    [Fact]
    public void Names_are_text_whatever_they_hold()
    {
        ScannedMatrix[] matrices = [Matrix("[red]a[/] \u001b[31m\u202eb\r\nc", 2, 8, 8), Matrix("[", 3, 8, 8)];
        string output = string.Join('\n', Lines(matrices, KappaSelection.Lowest(1)));
        Assert.Contains("[red]a[/]  [31m b c", output);
        Assert.DoesNotContain('\u001b', output);
        Assert.DoesNotContain('\u202e', output);
    }

    [Fact]
    public void Numbers_say_how_far_they_can_be_trusted()
    {
        ScannedMatrix[] matrices =
        [
            Matrix("a", 2.3456, 8, 8),
            Matrix("b", 12_345, 8, 8) with { IsLowerBound = true },
            Matrix("c", 1.234e9, 8, 8) with { BeyondPrecision = true },
            Matrix("d", double.PositiveInfinity, 8, 8) with { BeyondPrecision = true },
        ];
        string[] lines = Lines(matrices, KappaSelection.Lowest(1));
        Assert.Contains(lines, line => line.Contains(" 2.35 "));
        Assert.Contains(lines, line => line.Contains("≥ 12,300 "));
        Assert.Contains(lines, line => line.Contains("~ 1.23e9 "));
        Assert.Contains(lines, line => line.Contains(" ∞ ") && !line.Contains('~'));
    }

    private static string[] Lines(ScannedMatrix[] matrices, KappaSelection selection)
    {
        using var writer = new StringWriter();
        TuningPlan plan = TuningPlan.Create(matrices, selection);
        PlanTable.WriteCandidates(plan, writer);
        PlanTable.WriteSelected(plan, writer);
        PlanTable.WriteSummary(plan, writer);
        return writer.ToString().Split('\n');
    }

    private static ScannedMatrix Matrix(string name, double kappa, long rows, long columns) =>
        new() { Name = name, Shape = [rows, columns], Rows = rows, Columns = columns, Kappa = kappa, SigmaMax = kappa, SigmaMin = 1 };
}
