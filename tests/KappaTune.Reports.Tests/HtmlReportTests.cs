using System.Text.Json;
using Microsoft.ML.KappaTune.Tests.Training;
using static Microsoft.ML.KappaTune.Tests.Reports.PageText;

namespace Microsoft.ML.KappaTune.Tests.Reports;

public class HtmlReportTests
{
    private static readonly string Page = HtmlReport.Render(Sample.Report(), Sample.Report().Plan());

    [Fact]
    public void The_page_holds_the_scan_and_the_decisions()
    {
        ScanReport report = Sample.Report();
        TuningPlan plan = report.Plan();
        JsonElement data = DataOf(Page);
        Assert.Equal(Sample.HostileModel, data.GetProperty("model").GetString());
        Assert.Equal("lowest 20 % by kappa", data.GetProperty("policy").GetString());
        Assert.Equal(plan.SelectedParameters, data.GetProperty("selected_parameters").GetInt64());
        JsonElement[] rows = [.. data.GetProperty("tensors").EnumerateArray()];
        Assert.Equal(plan.Matrices.Select(planned => planned.Matrix.Name), rows.Select(row => row.GetProperty("name").GetString()));
        Assert.Equal(plan.Matrices.Select(planned => planned.Selected), rows.Select(row => row.GetProperty("selected").GetBoolean()));
        Assert.Equal(rows.Length, data.GetProperty("expected_kappa").GetArrayLength());
    }

    [Fact]
    public void No_name_ends_the_data_or_adds_an_element()
    {
        string plain = HtmlReport.Render(Plain(Sample.Report()), Plain(Sample.Report()).Plan());
        Assert.Equal(Elements(plain), Elements(Page));
        Assert.DoesNotContain(Sample.HostileModel, Page);
        Assert.DoesNotContain("<", DataText(Page));
    }

    [Fact]
    public void The_page_loads_nothing() => PageText.LoadsNothing(Page);

    [Fact]
    public void Only_the_pages_own_script_may_run() => PageText.RunsItsOwnScriptOnly(Page);

    [Fact]
    public void A_tuning_has_the_same_page_and_its_own_data()
    {
        TuningReport report = TuningSample.Report();
        string page = HtmlReport.Render(report);
        Assert.Equal(Elements(Page), Elements(page));
        Assert.DoesNotContain("<", DataText(page));
        JsonElement tuning = DataOf(page).GetProperty("tuning");
        Assert.Equal(report.Classes, tuning.GetProperty("classes").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(report.Losses.Count, tuning.GetProperty("steps").GetArrayLength());
        Assert.Equal(report.Plan.Matrices.Count, DataOf(page).GetProperty("tensors").GetArrayLength());
    }

    [Theory]
    [InlineData("/home/someone/models/name")]
    [InlineData("/home/someone/models/name/")]
    [InlineData("C:\\someone\\name")]
    public void People_share_it_so_that_no_way_to_a_folder_is_in_it(string path)
    {
        TuningReport report = TuningSample.Report();
        report = report with
        {
            BaseModel = path,
            Retention = report.Retention! with { Text = path },
            Budget = BudgetSample.Held() with { Text = path },
        };
        ScanReport scan = Sample.Report() with { Model = path };
        string[] pages =
            [HtmlReport.Render(report), HtmlReport.Render(report, [new("way", report, 0.5)]), HtmlReport.Render(scan, scan.Plan())];
        Assert.All(pages, page =>
        {
            Assert.Equal("name", DataOf(page).GetProperty("model").GetString());
            Assert.DoesNotContain("someone", page);
        });
    }

    [Fact]
    public void A_budget_is_in_the_page_once_and_beside_each_way_without_its_course()
    {
        BudgetReport budget = BudgetSample.Held();
        TuningReport report = TuningSample.Report();
        JsonElement data = DataOf(HtmlReport.Render(
            BudgetSample.Tuning(budget), [new("within", BudgetSample.Tuning(budget), 0.5), new("without", report, 0.5)]));
        JsonElement whole = data.GetProperty("tuning").GetProperty("budget");
        Assert.Equal(budget.Course.Count, whole.GetProperty("course").GetArrayLength());
        Assert.Equal("NaN", whole.GetProperty("probes")[3].GetProperty("loss_after").GetString());
        JsonElement[] ways = [.. data.GetProperty("ways").EnumerateArray().Select(way => way.GetProperty("budget"))];
        Assert.Equal(0, ways[0].GetProperty("course").GetArrayLength());
        Assert.Equal(budget.LossIncrease!.Value, ways[0].GetProperty("loss_increase").GetProperty("value").GetDouble());
        Assert.Equal(JsonValueKind.Null, ways[1].ValueKind);
    }

    [Fact]
    public void A_long_training_makes_no_long_page()
    {
        TuningReport report = TuningSample.Report() with
        {
            Losses = [.. Enumerable.Range(1, 100_001).Select(step => new StepLoss(step, step % 2, 0.5))],
        };
        string page = HtmlReport.Render(report);
        Assert.InRange(page.Length, Page.Length, Page.Length + 100_000);
        JsonElement[] steps = [.. DataOf(page).GetProperty("tuning").GetProperty("steps").EnumerateArray()];
        Assert.Equal(991, steps.Length);
        Assert.Equal((101, 0.50495), (steps[0].GetProperty("step").GetInt32(), steps[0].GetProperty("loss").GetDouble()));
        Assert.Equal((100_001, 0.5), (steps[^1].GetProperty("step").GetInt32(), steps[^1].GetProperty("learning_rate").GetDouble()));
    }

    [Fact]
    public void A_plan_of_another_scan_is_refused()
    {
        ScanReport report = Sample.Report();
        ScanReport other = report with { Matrices = [.. report.Matrices.Skip(1)] };
        Assert.Throws<ArgumentException>("plan", () => HtmlReport.Render(report, other.Plan()));
    }

    [Fact]
    public void It_is_saved_whole()
    {
        using var folder = new TemporaryFolder();
        HtmlReport.Save(Sample.Report(), Sample.Report().Plan(), folder.File("report.html"));
        Assert.Equal(Page, File.ReadAllText(folder.File("report.html")));
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static ScanReport Plain(ScanReport report) => report with
    {
        Model = "model",
        Matrices = [.. report.Matrices
            .Select((matrix, index) => matrix with { Name = matrix.IsStacked ? matrix.Name : $"tensor.{index:d3}" })
            .OrderBy(matrix => matrix.Name, StringComparer.Ordinal).ThenBy(matrix => matrix.Expert)],
    };
}
