using KappaTune.Cli.Output;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Tests.Reports;

namespace KappaTune.Cli.Tests.Output;

public class ExpertTableTests
{
    [Fact]
    public void A_line_a_layer_tells_the_spread_and_what_is_selected()
    {
        ScanReport report = Sample.Report();
        string[][] lines = Lines(report, 7);
        Assert.Contains(["0", "3", "1.5", "(0)", "15", "150", "(2)", "0–1"], lines);
        Assert.Contains(["1", "3", "15", "(0)", "150", "1,500", "(2)", "0"], lines);
        Assert.Contains(["3", "3", "1,500", "(0)", "15,000", "1.5e5", "(2)"], lines);
        Assert.Empty(Lines(report with { Matrices = [.. report.Matrices.Where(matrix => matrix.Expert is null)] }, 7));
    }

    [Fact]
    public void Experts_of_which_a_part_is_selected_stand_by_themselves()
    {
        ScanReport report = Sample.Report();
        ScannedMatrix gate = report.Matrices.First(matrix => matrix.Expert == 1 && matrix.Layer == 2) with
        {
            Name = "layers.2.experts.up_proj",
            Role = TensorRole.ExpertIn,
            Kappa = 1.25,
        };
        string[][] lines = Lines(report with { Matrices = [.. report.Matrices, gate] }, 2);
        // The median of two is the higher.
        Assert.Contains(["2", "3", "150", "(0)", "1,500", "15,000", "(2)", "1"], lines);
        Assert.Contains(["0", "3", "1.5", "(0)", "15", "150", "(2)", "0"], lines);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("4", "4")]
    [InlineData("0 1 2 3 7 9 10", "0–3, 7, 9–10")]
    public void Numbers_in_a_row_are_ranges(string numbers, string expected) => Assert.Equal(
        expected, ExpertTable.Ranges(numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)));

    private static string[][] Lines(ScanReport report, int lowest)
    {
        var writer = new StringWriter();
        ExpertTable.Write((report with { Selection = KappaSelection.Lowest(lowest) }).Plan(), writer);
        return [.. writer.ToString().Split('\n').Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(line => line.Length > 0)];
    }
}
