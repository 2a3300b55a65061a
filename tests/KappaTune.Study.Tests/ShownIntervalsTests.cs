using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using static Microsoft.ML.KappaTune.Tests.Study.ComparisonSample;

namespace Microsoft.ML.KappaTune.Tests.Study;

/// <summary>No page shows an interval that says nothing, or a share below 0 or above 100 %.</summary>
public class ShownIntervalsTests
{
    private const string TwoSeeds = "2 seeds: too few for an interval, so differences may be chance.";

    [Fact]
    public void Two_seeds_have_no_interval_and_the_page_says_so()
    {
        ComparisonResult document = Document(seeds: 2, Lowest, Full);
        ComparisonPage page = ComparisonView.Create(document);
        Assert.All(page.Methods, method =>
        {
            Assert.Null(method.Accuracy!.Low);
            Assert.All(method.Forgetting, forgetting => Assert.Null(forgetting!.High));
            Assert.All(method.Rates, rate => Assert.Null(rate.Epochs!.Low));
        });
        Assert.Equal(TwoSeeds, page.TooFewRuns);
        Assert.Contains(TwoSeeds, page.Notes);
        Assert.Empty(page.Verdict);
        Assert.Contains("some of these have too few runs for an interval, so this may be chance", page.Lead[1]);
        // What was computed stays in the file.
        Assert.NotNull(document.Matched!.Rows[0].Accuracy!.Low);
    }

    [Fact]
    public void Three_seeds_have_intervals() => Assert.Null(ComparisonView.Create(Document(seeds: 3, Lowest, Chance)).TooFewRuns);

    [Fact]
    public void Two_draws_are_too_few_however_many_seeds_there_are()
    {
        ComparisonPage page = ComparisonView.Create(Document(seeds: 3, Lowest, Chance with { Draws = 2 }));
        Assert.Equal("“Random tensors”: too few seeds or draws for an interval, so differences may be chance.", page.TooFewRuns);
        Assert.Equal([true, false], page.Methods.Select(method => method.Forgetting[0]!.Low is not null));
    }

    [Fact]
    public void Runs_that_never_learnt_as_much_do_not_count()
    {
        ComparisonResult document = Document(Lowest, Full);
        ComparisonCell[] cells = [.. document.Cells.Select(cell =>
            cell is { Method: "full", Seed: 1 } ? cell with { Points = [cell.Points[0]] } : cell)];
        Assert.StartsWith("“All parameters”: too few", ComparisonView.Create(document with { Cells = cells }).TooFewRuns);
    }

    [Fact]
    public void Tensors_that_two_seeds_trained_have_none()
    {
        ComparisonResult document = PerTensor();
        ComparedTensor[] tensors = [.. document.PerTensor.Select(tensor => tensor with { Reached = Math.Min(2, tensor.Reached) })];
        document = document with { PerTensor = tensors };
        Assert.All(ComparisonView.Create(document).Tensors, tensor => Assert.Null(tensor.Forgetting?.Low));
    }

    [Fact]
    public void Shares_end_at_0_and_100_per_cent()
    {
        ComparisonResult document = Document(Lowest with { Accuracy = 0.99 }, Full with { Accuracy = 0.01 });
        ComparisonPage page = ComparisonView.Create(document);
        Assert.Equal([new(0.99, 0.97, 1), new(0.01, 0, 0.03)], page.Methods.Select(method => method.Accuracy));
        XElement picture = XDocument.Parse(ComparisonPicture.Draw(page)).Root!;
        string[] ticks =
            [.. picture.Descendants().Select(element => element.Value).Where(text => text.EndsWith(" %", StringComparison.Ordinal))];
        Assert.Equal(("0 %", "100 %"), (ticks[0], ticks[^1]));
    }

    [Fact]
    public void An_axis_that_does_not_begin_at_0_says_so()
    {
        Assert.Contains("higher is better<", Drawn(Lowest with { Accuracy = 0.03 }));
        Assert.Contains("higher is better (axis from 50 %)<", Drawn(Lowest));

        static string Drawn(Made made) => ComparisonPicture.Draw(ComparisonView.Create(Document(made)));
    }

    [Theory]
    [InlineData(1, 1, 0, 1)]
    [InlineData(0.9, 0.9, 0.9, 1)]
    [InlineData(0.2, 1, 0.2, 1)]
    [InlineData(0, 1, 0, 1)]
    public void No_axis_goes_beyond_what_can_be(double low, double high, double first, double last)
    {
        var axis = new PictureAxis([low, high], 0, 100, most: 1);
        Assert.Equal(first, axis.Low, 1e-9);
        Assert.Equal(last, axis.High, 1e-9);
    }

    [Fact]
    public void All_parameters_are_100_per_cent_with_the_new_head()
    {
        ComparisonResult document = Few();
        document = document with
        {
            Base = document.Base with { Parameters = 26 * 36_864 },
            Methods = [.. document.Methods.Where(method => method.Id == "full")],
        };
        ComparisonPage page = ComparisonView.Create(document);
        Assert.Equal(page.Methods[0].Trainable, page.Parameters);
        Assert.Null(ComparisonView.Create(document with { Task = document.Task with { HeadParameters = null } }).Parameters);
    }

    [Fact]
    public void A_file_that_says_nothing_of_the_head_is_read()
    {
        using var folder = new TemporaryFolder();
        ComparisonJson.Save(Few(), folder.File("new.json"));
        string text = File.ReadAllText(folder.File("new.json"));
        Assert.Equal(965, JsonDocument.Parse(text).RootElement.GetProperty("task").GetProperty("headParameters").GetInt64());
        File.WriteAllText(folder.File("old.json"), text.Replace("\"headParameters\": 965", "\"classes\": 5", StringComparison.Ordinal));
        Assert.Null(ComparisonJson.Load(folder.File("old.json")).Task.HeadParameters);
    }
}
