using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using Microsoft.ML.KappaTune.Tests.Reports;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>The page of a comparison as a reader sees and uses it, in Chromium.</summary>
public class ComparisonBrowserTests
{
    [Fact]
    public async Task A_comparison_of_many_methods_shows_curves_intervals_and_all_numbers()
    {
        ComparisonResult document = ComparisonSample.Many();
        ComparisonSight sight = await Look(document);
        ComparisonPage page = ComparisonView.Create(document);

        Assert.Equal(page.Heading, sight.Heading);
        Assert.Equal(page.Lead, sight.Lead);
        Assert.Equal(page.Notes, sight.Notes);
        Assert.Equal(["0.050", "0.021", "0.080", "0.200"], sight.Figures);
        CheckCharts(sight, "tradeoff", "matched");
        Assert.Equal([.. page.Methods.Select(method => method.Title), "Hide all"], sight.Legend);
        Assert.Equal(page.Verdict.Select(one => $"{one.Name} {one.Value}"), sight.Verdict);
        Assert.Equal("Always naming the most frequent class: 22.0 % right. Counting words, with no model of language: 72.5 % right.",
            sight.Baselines);
        Assert.DoesNotContain("Tensor by tensor", sight.Shown);
        Assert.Equal(12 * 9, sight.Points.Length);
        Assert.Equal(12 * 3, sight.Rates.Length);
        Assert.Equal(
            ["Lowest κ", "0.050 (0.040 to 0.060)", "0.100", "79.0 % (77.0 % to 81.0 %)", "0.001", "3 of 3", "222,149 (5.29 %)", ""],
            Assert.Single(sight.Marked));
        Assert.Equal("didn't learn that much", sight.Matched[^1][1]);
        Assert.Equal("2", sight.Matched.Single(row => row[0] == "All parameters")[^1]);
        Assert.Contains(sight.Facts, fact => fact.Contains("The loss is NaN after step 12."));
        Assert.Matches("accuracy .*forgetting", PlainText.OneLine(sight.Tooltip));
    }

    [Fact]
    public async Task It_answers_to_its_buttons_and_headings()
    {
        ComparisonSight sight = await Look(ComparisonSample.Many());

        double[] accuracies = [.. sight.Sorted!.Select(row => row[3]).Where(text => text.Length > 0).Select(Leading)];
        Assert.Equal(accuracies.Order(), accuracies);
        Assert.Equal(accuracies.Reverse(), sight.Reversed!.Select(row => row[3]).Where(text => text.Length > 0).Select(Leading));
        // What has no value is last both ways.
        Assert.Equal(["Last layer only", "Last layer only"], [sight.Sorted![^1][0], sight.Reversed![^1][0]]);

        Assert.Equal("false", sight.Pressed![2]);
        Assert.Equal(11, sight.Pressed.Count(pressed => pressed == "true"));
        Assert.InRange(Tradeoff(sight.Light).Marked, 200, int.MaxValue);
        Assert.InRange(Tradeoff(sight.Hidden!).Marked, 0, 20);
        Assert.InRange(Tradeoff(sight.None!).Colors, 1, Tradeoff(sight.Light).Colors / 3);
        Assert.Equal("wikitext-2", sight.Control);
        Assert.All(sight.Printed, Assert.True);
        Assert.All(sight.Folded, Assert.False);
    }

    [Fact]
    public async Task Few_methods_and_one_control_text()
    {
        ComparisonResult document = ComparisonSample.Few();
        ComparisonSight sight = await Look(document with { Controls = [document.Controls[0]] });
        CheckCharts(sight, "tradeoff", "matched");
        Assert.Null(sight.Control);
        Assert.Equal(["Head only", "Lowest κ", "Random tensors", "All parameters"], sight.Matched.Select(row => row[0]));
        Assert.Equal("9 of 9", sight.Matched[2][4]);
    }

    [Fact]
    public async Task A_single_seed_has_no_intervals()
    {
        ComparisonSight sight = await Look(ComparisonSample.Document(seeds: 1, ComparisonSample.Lowest, ComparisonSample.Full));
        CheckCharts(sight, "tradeoff", "matched");
        Assert.Empty(sight.Verdict);
        Assert.Contains("too few runs for an interval", sight.Lead[1]);
        Assert.Equal(["Lowest κ", "0.050", "0.100", "80.0 %"], sight.Matched[0].Take(4));
    }

    [Fact]
    public async Task Two_seeds_have_no_intervals_either()
    {
        ComparisonSight sight = await Look(ComparisonSample.Document(seeds: 2, ComparisonSample.Lowest, ComparisonSample.Full));
        CheckCharts(sight, "tradeoff", "matched");
        Assert.Equal(["2 seeds: too few for an interval, so differences may be chance."], sight.Notes);
        Assert.Equal(["Lowest κ", "0.050", "0.100", "80.0 %"], sight.Matched[0].Take(4));
    }

    [Fact]
    public async Task One_in_which_no_run_has_ended_says_so()
    {
        ComparisonSight sight = await Look(ComparisonSample.Few() with { Cells = [], Matched = null });
        Assert.StartsWith("Nothing came out yet", sight.Lead[1]);
        Assert.DoesNotContain("Once they have learnt the task equally well", sight.Shown);
        Assert.Empty(sight.Points);
    }

    [Fact]
    public async Task A_study_of_tensors_shows_correlations_and_every_tensor()
    {
        ComparisonSight sight = await Look(ComparisonSample.PerTensor());
        CheckCharts(sight, "correlations", "tensors");
        Assert.DoesNotContain("What is learnt, and what it costs", sight.Shown);
        Assert.Equal(["query", "key", "value", "attention output", "feed-forward in", "feed-forward out", "Hide all"], sight.Legend);
        Assert.Equal(["κ", "depth", "parameters", "κ relative to chance"], sight.Scores.Select(row => row[0]));
        Assert.Equal(["κ", "0.310", "−0.100 to 0.630", "0.200", "−0.100"], sight.Scores[0].Take(5));
        Assert.Equal(24, sight.Tensors.Length);
        Assert.Contains(sight.Tensors, row => row.Contains("∞"));
        Assert.Equal("", sight.Tensors[^1][4]);
        Assert.Equal("Rank correlation of depth with forgetting: 0.910 (0.800 to 0.960).", sight.Correlation);
        Assert.Contains("forgetting", sight.Tooltip);
    }

    [Fact]
    public async Task Names_are_text_whatever_they_hold()
    {
        const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
        ComparisonResult document = ComparisonSample.Many();
        ComparisonSight sight = await Look(document with
        {
            Base = document.Base with { Name = Hostile },
            Controls = [.. document.Controls.Select(control => control with { Name = Hostile })],
            Methods = [.. document.Methods.Select(method => method with { Title = Hostile + method.Id, Description = Hostile })],
        });
        Assert.Contains(Hostile, sight.Heading);
        Assert.All(sight.Matched, row => Assert.StartsWith(Hostile, row[0]));
        Assert.StartsWith(Hostile, sight.Tooltip);
    }

    /// <summary>What every page has to hold.</summary>
    private static async Task<ComparisonSight> Look(ComparisonResult document)
    {
        using var folder = new TemporaryFolder();
        ComparisonReport.Save(document, folder.File("comparison.html"));
        ComparisonSight sight = await Browser.LookAtComparison(folder.File("comparison.html"));
        Assert.Empty(sight.Errors);
        Assert.Empty(sight.Requests);
        Assert.Equal((2, 0), (sight.Scripts, sight.Images));
        // On a phone, only tables scroll sideways.
        Assert.InRange(sight.Width, 1, 400);
        return sight;
    }

    private static void CheckCharts(ComparisonSight sight, params string[] names)
    {
        foreach (Chart[] charts in (Chart[][])[sight.Light, sight.Dark])
        {
            Assert.Equal(names, charts.Select(chart => chart.Id));
            Assert.All(charts, chart => Assert.InRange(chart.Colors, 10, int.MaxValue));
            Assert.All(charts, chart => Assert.InRange(chart.Marked, 20, int.MaxValue));
        }
    }

    private static Chart Tradeoff(Chart[] charts) => charts.Single(chart => chart.Id == "tradeoff");

    private static double Leading(string text) => double.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
