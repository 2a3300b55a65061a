using System.Globalization;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Tests.Training;

namespace Microsoft.ML.KappaTune.Tests.Reports;

/// <summary>The report as a reader sees it, in Chromium.</summary>
public class BrowserTests
{
    [Fact]
    public async Task The_report_shows_charts_and_the_numbers_of_the_scan()
    {
        using var folder = new TemporaryFolder();
        ScanReport report = Sample.Report();
        TuningPlan plan = report.Plan();
        HtmlReport.Save(report, plan, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        Assert.Empty(sight.Requests);
        Assert.Equal(Sample.HostileModel, sight.Heading);
        Assert.Equal((2, 0), (sight.Scripts, sight.Images));
        CheckCharts(sight, "heatmap", "experts", "histogram", "scatter");
        Assert.Equal(plan.Selected.Select(matrix => matrix.Id), sight.Selected.Select(Name));
        Assert.Equal(report.Matrices.Select(matrix => matrix.Id).Order(), sight.All.Select(Name).Order());
        var rows = sight.All.ToDictionary(Name);
        Assert.All(plan.Matrices, planned => CheckRow(planned, rows[planned.Matrix.Id]));
        string[] found = [.. report.Matrices.Select(matrix => matrix.Id).Where(id => id.Contains("layers.1."))];
        Assert.Equal(found.Order(), sight.Found.Select(Name).Order());
        // What the method takes κ to mean isn't known, and no word here says it were; a scan knows no new head.
        Assert.Contains("The method takes a high κ to mark a matrix that has specialised", sight.Text);
        Assert.DoesNotMatch("overwrites|can still learn|training has made", sight.Text);
        Assert.Contains(" without a new head", sight.Text);
        double[] kappas = [.. sight.Sorted.Select(row => row[5]).Where(text => text.Length > 0).Select(Number)];
        Assert.Equal(kappas.Order(), kappas);
    }

    [Fact]
    public async Task The_report_of_a_tuning_shows_how_it_went_and_what_trained()
    {
        using var folder = new TemporaryFolder();
        TuningReport report = TuningSample.Report();
        HtmlReport.Save(report, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        Assert.Empty(sight.Requests);
        Assert.Equal(Sample.HostileModel, sight.Heading);
        Assert.Equal((2, 0), (sight.Scripts, sight.Images));
        CheckCharts(sight, "loss", "epoch-loss", "accuracy", "guesses", "drift", "heatmap", "experts");
        Assert.Contains("How it learnt", sight.Shown);
        Assert.DoesNotContain("κ against chance", sight.Shown);
        Assert.Equal(["80.0 %", "33.1 %", "5.3 %", "3", "1 min 16 s"], sight.Figures);
        Assert.Contains("as many as 5.3 % of all parameters, the head's among them", sight.Text);
        Assert.Equal(report.Classes.Select(PlainText.OneLine), sight.Classes.Select(PlainText.OneLine));
        Assert.Equal(report.Epochs.Count, sight.Epochs.Length);
        Assert.Equal(["2", "0.5000", "0.4000", "80.0 %", "60.0 %", "123", "25 s"], Assert.Single(sight.Kept));
        Assert.Equal(
            [
                ["Guessed right", "35.2 %", "33.1 %", "−2.1", "−2.5 to −1.7"],
                ["Loss of the guesses", "3.250", "3.500", "+0.250", "+0.230 to +0.270"],
            ],
            sight.Retention);
        Assert.Equal(report.Plan.Selected.Select(matrix => matrix.Id), sight.Selected.Select(Name));
        Assert.Equal(report.Plan.Matrices.Count, sight.All.Length);
    }

    [Fact]
    public async Task A_language_model_is_told_of_in_tokens_and_perplexity()
    {
        using var folder = new TemporaryFolder();
        TuningReport report = TuningSample.Report() with { Classes = [], CountedTokens = 5000 };
        HtmlReport.Save(report, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        CheckCharts(sight, "loss", "epoch-loss", "accuracy", "guesses", "drift", "heatmap", "experts");
        Assert.Equal(["1.49", "33.1 %", "5.3 %", "3", "1 min 16 s"], sight.Figures);
        Assert.Equal(["2", "0.5000", "0.4000", "1.49", "80.0 %", "123", "25 s"], Assert.Single(sight.Kept));
        Assert.Empty(sight.Classes);
        Assert.Contains("was taught more of it: how the training texts go on.", sight.Text);
        Assert.Contains("5,000 tokens of them", sight.Text);
        Assert.Contains("3 with nothing to learn left out", sight.Text);
        Assert.DoesNotMatch("new head|guessing costs|sort texts|by class", sight.Text);
    }

    [Fact]
    public async Task What_it_answered_before_and_after_is_shown()
    {
        using var folder = new TemporaryFolder();
        const string Hostile = "<img src=x onerror=alert(4)>";
        TuningReport report = TuningSample.Report() with
        {
            Classes = [],
            CountedTokens = 5000,
            Answers = [new("The sky is", " blue", " blue"), new(Hostile, " and so on", "\nText: good")],
        };
        HtmlReport.Save(report, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));
        Assert.Empty(sight.Errors);
        Assert.Equal(0, sight.Images);
        Assert.Contains("What it answers", sight.Shown);
        Assert.Contains("Letter for letter the same: 1 of 2 answers.", sight.Text);
        Assert.Matches(@"(?s)The sky is\s+blue\s+the same.*<img src=x onerror=alert\(4\)>\s+and so on\s+Text: good", sight.Text);

        HtmlReport.Save(report with { Answers = [] }, folder.File("none.html"));
        Assert.DoesNotContain("What it answers", (await Browser.Look(folder.File("none.html"))).Shown);
    }

    [Fact]
    public async Task A_model_that_hears_is_told_of_in_errors_of_words_and_characters()
    {
        using var folder = new TemporaryFolder();
        var transcripts = new TranscriptErrors(new(2, 1, 0, 24), new(3, 1, 1, 100), new(5, 1, 0, 24), new(8, 1, 1, 104));
        TuningReport report = TuningSample.Report();
        report = report with
        {
            Classes = [],
            CountedTokens = 5000,
            Epochs = [.. report.Epochs.Select(epoch => epoch with { Validation = epoch.Validation! with { Transcripts = transcripts } })],
        };
        HtmlReport.Save(report, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        CheckCharts(sight, "loss", "epoch-loss", "accuracy", "guesses", "drift", "heatmap", "experts");
        Assert.Equal("12.5 %", sight.Figures[0]);
        Assert.Equal(
            ["2", "0.5000", "0.4000", "12.5 %", "5.0 %", "25.0 %", "123", "25 s"], Assert.Single(sight.Kept));
        Assert.Contains("was taught to hear: to write what is said in recordings, from examples whose words are known.", sight.Text);
        Assert.Contains("How much was heard wrong, by epoch", sight.Text);
        Assert.Contains("it didn't learn from", sight.Text);
        Assert.DoesNotMatch("new head|How often right|how the training texts go on|sort texts", sight.Text);
    }

    [Fact]
    public async Task A_tuning_is_shown_beside_other_ways()
    {
        using var folder = new TemporaryFolder();
        TuningReport report = TuningSample.Report();
        const string Hostile = "<img src=x onerror=alert(3)>";
        TuningReport other =
            report with { TrainableParameters = 234_567, Retention = report.Retention! with { Loss = null, Accuracy = null } };
        HtmlReport.Save([new("Lowest κ", report, 0.875), new(Hostile, other, null)], bagOfWords: 0.625, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        Assert.Empty(sight.Requests);
        Assert.Equal(0, sight.Images);
        Assert.Equal("What came out, beside other ways", sight.Shown[0]);
        Assert.Equal("87.5 %", sight.Figures[0]);
        Assert.Empty(sight.Wide);
        Assert.Equal(
            [
                ["", "Lowest κ", Hostile, "Bag of words"],
                ["Learnt: new texts sorted right", "87.5 %", "", "62.5 %"],
                ["Kept: hidden words guessed", "33.1 %", "", ""],
                ["Before tuning", "35.2 %", "", ""],
                ["Forgotten, in nats", "+0.25", "", ""],
                ["95 % interval", "+0.23 to +0.27", "", ""],
                ["How far the last layer moved", "0.1600", "0.1600", ""],
                ["Time of steps and probes", "1 min 15 s", "1 min 15 s", ""],
                ["Memory of gradients and AdamW", "0 MB", "3 MB", ""],
                ["Parameters trained", "12,345 (5.3 %)", "234,567 (100 %)", ""],
                ["Learning rate", "9.8e-5", "9.8e-5", ""],
                ["Last training loss", "0.5000", "0.5000", ""],
            ],
            sight.Ways);
    }

    [Fact]
    public async Task One_without_validation_rows_and_retention_shows_the_training_loss()
    {
        using var folder = new TemporaryFolder();
        TuningReport report = TuningSample.Report();
        HtmlReport.Save(
            report with
            {
                Epochs = [new(1, 0.75, null, 10, TimeSpan.FromSeconds(1))],
                BestEpoch = 1,
                Losses = [new(1, double.NaN, 0.1), new(2, 0.75, 0.2)],
                Classes = ["NaN", "Infinity"],
                Method = TuningMethod.Direct,
                Retention = null,
            },
            folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        Assert.Equal(["loss", "epoch-loss", "heatmap", "experts"], sight.Light.Select(chart => chart.Id));
        Assert.Equal(["NaN", "Infinity"], sight.Classes);
        Assert.Equal(["1", "0.7500", "10", "1.0 s"], Assert.Single(sight.Kept));
        Assert.DoesNotContain("How often right, by epoch", sight.Shown);
        Assert.DoesNotContain("What it kept", sight.Shown);
        Assert.DoesNotContain("What came out, beside other ways", sight.Shown);
    }

    [Theory]
    [InlineData(TuningStop.Completed, "all that were asked for; kept: 2")]
    [InlineData(TuningStop.StoppedEarly, "then no gain any more; kept: 2")]
    [InlineData(TuningStop.Cancelled, "then cancelled; kept: 2")]
    [InlineData(TuningStop.OutOfTime, "then its time was up; kept: 2")]
    [InlineData(TuningStop.BudgetSpent, "then nothing was left of the budget; kept: 2")]
    public async Task It_says_why_training_ended(TuningStop stop, string said)
    {
        using var folder = new TemporaryFolder();
        HtmlReport.Save(TuningSample.Report() with { Stop = stop }, folder.File("report.html"));
        Assert.Contains(said, (await Browser.Look(folder.File("report.html"))).Text);
    }

    [Fact]
    public async Task Without_guesses_the_page_shows_how_far_states_moved()
    {
        using var folder = new TemporaryFolder();
        TuningReport report = TuningSample.Report();
        HtmlReport.Save(report with { Retention = report.Retention! with { Loss = null, Accuracy = null } }, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        CheckCharts(sight, "loss", "epoch-loss", "accuracy", "drift", "heatmap", "experts");
        Assert.Contains("What it kept", sight.Shown);
        Assert.Empty(sight.Retention);
    }

    [Fact]
    public async Task Of_a_sentence_encoder_the_page_speaks_of_sentences()
    {
        using var folder = new TemporaryFolder();
        TuningReport report = TuningSample.Report();
        report = report with { Retention = report.Retention! with { Objective = RetentionObjective.SentencePairs } };
        HtmlReport.Save([new("Lowest κ", report, 0.875)], bagOfWords: null, folder.File("report.html"));
        Sight sight = await Browser.Look(folder.File("report.html"));

        Assert.Empty(sight.Errors);
        Assert.Equal(["", "Lowest κ"], sight.Ways[0]);
        Assert.Contains(sight.Ways, row => row[0] == "Kept: neighbours found");
        Assert.Equal(["Found", "Loss of the choice"], sight.Retention.Select(row => row[0]));
        Assert.Contains("200 pairs", sight.Text);
        Assert.DoesNotContain("hidden word", sight.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Long_tables_fold_on_the_screen_and_are_whole_on_paper()
    {
        using var folder = new TemporaryFolder();
        HtmlReport.Save(TuningSample.Report(), folder.File("tuning.html"));
        HtmlReport.Save(Sample.Report(), Sample.Report().Plan(), folder.File("scan.html"));
        Sight tuning = await Browser.Look(folder.File("tuning.html")), scan = await Browser.Look(folder.File("scan.html"));
        Assert.Equal([false, false, false], tuning.Open);
        Assert.Equal([true, true, true], tuning.Printed);
        // The matrices are what a scan is about; epochs it has none.
        Assert.True(scan.Open[^1]);
        Assert.Empty(tuning.Wide);
        Assert.Empty(scan.Wide);
    }

    [Fact]
    public async Task A_mixtures_experts_are_shown_one_by_one_and_a_model_without_them_has_no_such_part()
    {
        using var folder = new TemporaryFolder();
        ScanReport report = Sample.Report();
        HtmlReport.Save(report, report.Plan(), folder.File("mixture.html"));
        Sight mixture = await Browser.Look(folder.File("mixture.html"));
        Assert.Equal(
            [
                ["0", "1.5 ●", "15", "150"], ["1", "15", "150", "1,500"], ["2", "150", "1,500", "15,000"],
                ["3", "1,500", "15,000", "1.5e5"],
            ],
            mixture.Experts);
        Assert.Contains(
            "1 of 12 experts with selected matrices, 1 of them whole, in 1 layer. The lowest median is 1.5 (layer 0, expert 0), the "
            + "highest 1.5e5 (layer 3, expert 2).",
            mixture.Text);

        ScanReport dense = report with { Matrices = [.. report.Matrices.Where(matrix => matrix.Expert is null)] };
        HtmlReport.Save(dense, dense.Plan(), folder.File("dense.html"));
        Sight none = await Browser.Look(folder.File("dense.html"));
        Assert.Empty(none.Errors);
        CheckCharts(none, "heatmap", "histogram", "scatter");
        Assert.DoesNotContain("κ by layer and expert", none.Shown);
    }

    private static void CheckCharts(Sight sight, params string[] names)
    {
        foreach (Chart[] charts in (Chart[][])[sight.Light, sight.Dark])
        {
            Assert.Equal(names, charts.Select(chart => chart.Id));
            Assert.All(charts, chart => Assert.InRange(chart.Colors, 10, int.MaxValue));
            Assert.All(charts, chart => Assert.InRange(chart.Marked, 20, int.MaxValue));
        }
    }

    private static void CheckRow(PlannedMatrix planned, string[] row)
    {
        ScannedMatrix matrix = planned.Matrix;
        Assert.Equal(planned.Rank?.ToString(CultureInfo.InvariantCulture) ?? "", row[0]);
        Assert.Equal(string.Join(" × ", matrix.Shape), row[3]);
        Assert.Equal(matrix.IsLowerBound, row[5].StartsWith('≥'));
        Assert.Equal(matrix.Kappa is null, row[5].Length == 0);
        if (matrix.Kappa is { } kappa)
        {
            Assert.Equal(1, Ratio(Number(row[5]), kappa), 0.006);
            Assert.Equal(1, Ratio(Number(row[6]), matrix.RelativeKappa!.Value), 0.006);
        }

        Assert.Equal(planned.Selected, row[7] == "selected");
    }

    private static double Ratio(double shown, double exact) => shown == exact ? 1 : shown / exact;

    private static string Name(string[] row) => row[1];

    private static double Number(string text) => text.EndsWith('∞')
        ? double.PositiveInfinity
        : double.Parse(text.TrimStart('≥', '~', ' '), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
