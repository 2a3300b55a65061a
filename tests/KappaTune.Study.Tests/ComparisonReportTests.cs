using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Study;
using Microsoft.ML.KappaTune.Study.Pages;
using static Microsoft.ML.KappaTune.Tests.Reports.PageText;

namespace Microsoft.ML.KappaTune.Tests.Study;

public class ComparisonReportTests
{
    private const string Hostile = "</script><script>alert('x')</script><img src=x onerror=alert(1)>{{report}}&\"'\u2028\u0001";

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly string Page = ComparisonReport.Render(ComparisonSample.Many());

    [Fact]
    public void The_page_loads_nothing() => LoadsNothing(Page);

    [Fact]
    public void A_language_models_page_speaks_of_next_words_and_bits()
    {
        ComparisonResult few = ComparisonSample.Few();
        ComparisonResult document = few with
        {
            // Four bytes a token: 3.4 nats are 3.4 / 4 / ln 2 bits a byte.
            Controls = [few.Controls[0] with { Bytes = 4 * few.Controls[0].MaskedTokens }],
            Settings = few.Settings with { MethodRates = new Dictionary<string, IReadOnlyList<double>> { ["full"] = [1e-5, 3e-5] } },
        };
        ComparisonPage page = ComparisonView.Create(document);
        Assert.Equal(("next words", "hidden words"), (page.Guessed, ComparisonView.Create(few).Guessed));
        Assert.Contains("with a loss of 3.400, which is 1.226 bits a byte", Fact("Control text"));
        Assert.Contains("A nat a token is 0.361 bits a byte of the first text.", Fact("Forgetting"));
        Assert.Equal("0.00001, 0.00003", Fact("Of “All parameters”"));
        Assert.DoesNotContain("Of the new head", page.Facts.Select(fact => fact.Name));

        string Fact(string name) => Assert.Single(page.Facts, fact => fact.Name == name).Value;
    }

    [Fact]
    public void The_page_of_models_that_hear_has_errors_and_bits_by_step()
    {
        ComparisonResult document = ComparisonSample.Hearing();
        ComparisonPage page = ComparisonView.Create(document);
        Assert.Equal((true, null, 0.4), (page.OfSpeech, page.MatchedLoss, page.MatchedErrors));
        Assert.Empty(page.Baselines);
        PageMethod lowest = page.Methods.Single(method => method.Hero);
        ComparisonPoint[] fourth = [.. document.Cells
            .Where(cell => cell.Method == "kappa-lowest" && cell.LearningRate == lowest.LearningRate).Select(cell => cell.Points[4])];
        PagePoint point = lowest.Points[4];
        Assert.Equal(40, point.Step);
        Assert.Equal(fourth.Average(each => each.WordErrorRate!.Value), point.WordErrors!.Mean, 1e-9);
        Assert.True(point.WordErrors.Low < point.WordErrors.Mean && point.WordErrors.Mean < point.WordErrors.High);
        Assert.Equal(
            fourth.Average(each => each.Retention[1].LossAfter) * document.Controls[1].BitsPerByteOfNat!.Value,
            point.BitsPerByte![1]!.Mean, 1e-9);

        // Two curves a method: with intervals, where there are three seeds.
        var picture = XDocument.Parse(ComparisonPicture.DrawChart(page, control: 1)!);
        Assert.Equal(2 * page.Methods.Length, picture.Descendants(Svg + "polyline").Count());
        Assert.Contains("compared here", picture.ToString());
        Assert.Contains(
            picture.Descendants(Svg + "title"), title => title.Value.StartsWith("Lowest κ: step 40\n", StringComparison.Ordinal));
        LoadsNothing(ComparisonReport.Render(document));
        string text = string.Join(' ', ComparisonReport.Sentences(document).Concat(page.Facts.Select(fact => fact.Value)));
        Assert.Contains("the word error rate of the test recordings is down to 40.0 %", text);
        Assert.Contains("480 recordings to learn from", text);
        Assert.Contains(
            "“Head only” leaves the model as it was, so it can't forget, and isn't ranked; it got to the same word error rate.", text);
    }

    [Fact]
    public void Only_the_pages_own_script_may_run() => RunsItsOwnScriptOnly(Page);

    [Fact]
    public void No_name_ends_the_data_or_adds_an_element()
    {
        string page = ComparisonReport.Render(WithHostileNames());
        Assert.Equal(Elements(Page), Elements(page));
        Assert.DoesNotContain("<", DataText(page));
        Assert.Equal(Hostile, DataOf(page).GetProperty("controls")[0].GetString());
    }

    [Fact]
    public void A_curve_is_the_mean_over_runs_at_the_learning_rate_that_was_chosen()
    {
        ComparisonResult document = ComparisonSample.Few();
        JsonElement random = DataOf(ComparisonReport.Render(document)).GetProperty("methods").EnumerateArray()
            .Single(method => method.GetProperty("title").GetString() == "Random tensors");
        Assert.Equal(0.001, random.GetProperty("learning_rate").GetDouble());
        JsonElement[] points = [.. random.GetProperty("points").EnumerateArray()];
        Assert.Equal(9, points.Length);
        ComparisonPoint[] third = [.. document.Cells
            .Where(cell => cell.Method == "random" && cell.LearningRate == 0.001)
            .Select(cell => cell.Points.Single(point => point.Epoch == 3))];
        Assert.Equal(9, third.Length);
        Assert.Equal(9, points[3].GetProperty("runs").GetInt32());
        Assert.Equal(third.Average(point => point.Accuracy), points[3].GetProperty("accuracy").GetDouble(), 1e-6);
        Assert.Equal(third.Average(point => point.TrainLoss), points[3].GetProperty("train_loss").GetDouble(), 1e-6);
        for (int control = 0; control < 2; control++)
        {
            double mean = third.Average(point => point.Retention[control].LossAfter - point.Retention[control].LossBefore);
            Assert.Equal(mean, points[3].GetProperty("forgetting")[control].GetDouble(), 1e-6);
        }
    }

    [Fact]
    public void Methods_are_in_the_order_of_forgetting_and_keep_their_marks()
    {
        ComparisonPage page = ComparisonView.Create(ComparisonSample.Many());
        Assert.Equal(["Head only", "Biases only", "Lowest κ"], page.Methods.Take(3).Select(method => method.Title));
        Assert.Equal("Last layer only", page.Methods[^1].Title);
        Assert.Equal(page.Methods.Length, page.Methods.Select(method => (method.Light, method.Symbol)).Distinct().Count());
        Assert.Equal(["Lowest κ"], page.Methods.Where(method => method.Hero).Select(method => method.Title));
    }

    [Fact]
    public void A_file_read_back_makes_the_same_page()
    {
        using var folder = new TemporaryFolder();
        ComparisonJson.Save(ComparisonSample.PerTensor(), folder.File("comparison.json"));
        ComparisonReport.Save(ComparisonJson.Load(folder.File("comparison.json")), folder.File("page.html"));
        Assert.Equal(ComparisonReport.Render(ComparisonSample.PerTensor()), File.ReadAllText(folder.File("page.html")));
        Assert.Same(DocumentKind.Comparison, DocumentKind.Find(folder.File("comparison.json")));
    }

    [Theory]
    [InlineData("{\"schema\": 1}")]
    [InlineData("{\"kind\": \"scan\"}")]
    [InlineData("{\"kind\": 3}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public void Other_files_are_no_comparison(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("other.json"), json);
        Assert.NotSame(DocumentKind.Comparison, DocumentKind.Find(folder.File("other.json")));
    }

    [Fact]
    public void The_picture_names_all_methods_with_what_they_forgot_and_draws_those_that_ran()
    {
        XElement picture = Picture(ComparisonSample.Many());
        string[] texts = [.. picture.Descendants(Svg + "text").Select(text => text.Value)];
        ComparisonPage page = ComparisonView.Create(ComparisonSample.Many());
        Assert.All(page.Methods, method => Assert.Contains(method.Title, texts));
        Assert.All(
            page.Methods, method => Assert.Contains(method.Forgetting[0] is { } amount ? ComparisonWords.Nats(amount.Mean) : "–", texts));
        Assert.Equal(12, picture.Descendants(Svg + "polyline").Count());
        Assert.Equal(11, picture.Descendants(Svg + "circle").Count());
        Assert.Equal(page.Heading, picture.Element(Svg + "title")!.Value);
        Assert.Contains("forgot least", picture.Element(Svg + "desc")!.Value);
    }

    [Fact]
    public void The_page_has_the_chart_of_each_control_text_with_a_title_for_each_point()
    {
        ComparisonPage page = ComparisonView.Create(ComparisonSample.Many());
        XElement[] charts = [.. DataOf(Page).GetProperty("charts").EnumerateArray().Select(chart => XElement.Parse(chart.GetString()!))];
        Assert.Equal(page.Controls.Length, charts.Length);
        Assert.NotEqual(charts[0].ToString(), charts[1].ToString());
        Assert.All(charts, chart => Assert.Equal(12, chart.Descendants(Svg + "polyline").Count()));
        string[] titles = [.. charts[0].Descendants(Svg + "title").Select(title => title.Value)];
        Assert.Equal(12 * 8 + 11, titles.Length);
        Assert.Contains(
            "Lowest κ: equally well learnt\naccuracy 79.0 % (77.0 % to 81.0 %)\nforgetting 0.050 (0.040 to 0.060)", titles);
        JsonElement none = DataOf(ComparisonReport.Render(ComparisonSample.PerTensor())).GetProperty("charts");
        Assert.All(none.EnumerateArray(), chart => Assert.Equal(JsonValueKind.Null, chart.ValueKind));
    }

    [Fact]
    public void Everything_in_the_picture_is_within_its_frame()
    {
        XElement picture = Picture(ComparisonSample.Many());
        double[] size = [.. picture.Attribute("viewBox")!.Value.Split(' ').Select(Number)];
        foreach (string[] place in picture.Descendants(Svg + "polyline").SelectMany(line => line.Attribute("points")!.Value.Split(' '))
            .Select(pair => pair.Split(',')))
        {
            Assert.InRange(Number(place[0]), 0, size[2]);
            Assert.InRange(Number(place[1]), 0, size[3]);
        }

        Assert.All(picture.Descendants(Svg + "text"), text => Assert.InRange(Number(text.Attribute("y")!.Value), 0, size[3]));
    }

    [Fact]
    public void The_picture_has_no_script_and_names_are_text_in_it()
    {
        XElement picture = Picture(WithHostileNames());
        string[] allowed = ["svg", "title", "desc", "style", "rect", "path", "text", "g", "polyline", "circle"];
        Assert.All(picture.DescendantsAndSelf(), element => Assert.Contains(element.Name.LocalName, allowed));
        Assert.All(picture.DescendantsAndSelf().Attributes(), attribute => Assert.DoesNotMatch("(?i)^on|href", attribute.Name.LocalName));
        Assert.DoesNotContain("url(", picture.ToString());
        Assert.Contains(picture.Descendants(Svg + "text"), text => text.Value.StartsWith("</script>", StringComparison.Ordinal));
    }

    [Fact]
    public void Colours_of_the_picture_can_be_read_on_white_and_on_black()
    {
        ComparisonPage page = ComparisonView.Create(ComparisonSample.Many());
        Assert.All(page.Methods, method => Assert.InRange(Contrast(method.Light, "#ffffff"), 3, 21));
        Assert.All(page.Methods, method => Assert.InRange(Contrast(method.Dark, "#1a1e25"), 3, 21));
    }

    [Fact]
    public void Without_a_curve_there_is_no_picture()
    {
        using var folder = new TemporaryFolder();
        var none = ComparisonSample.Few() with { Cells = [] };
        Assert.Throws<ArgumentException>("page", () => ComparisonReport.SavePicture(none, folder.File("picture.svg")));
        Assert.Throws<ArgumentException>(
            "page", () => ComparisonReport.SavePicture(ComparisonSample.PerTensor(), folder.File("picture.svg")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData(0, 0.42, "0 0.1 0.2 0.3 0.4 0.5")]
    [InlineData(-0.013, 0.021, "−0.02 −0.01 0 0.01 0.02 0.03")]
    [InlineData(0.4, 0.86, "0.4 0.5 0.6 0.7 0.8 0.9")]
    [InlineData(0, 0, "0 0.0002 0.0004 0.0006 0.0008 0.0010")]
    [InlineData(5, 5, "5 6 7 8 9 10")]
    [InlineData(0, 12, "0 2.5 5.0 7.5 10.0 12.5")]
    public void Axes_go_in_round_steps_around_what_they_show(double low, double high, string ticks)
    {
        var axis = new PictureAxis([low, high], 0, 100);
        Assert.Equal(ticks, string.Join(" ", axis.Ticks.Select(axis.Text)));
        Assert.InRange(axis.At(low), -1e-9, 100 + 1e-9);
        Assert.InRange(axis.At(high), -1e-9, 100 + 1e-9);
    }

    private static ComparisonResult WithHostileNames()
    {
        ComparisonResult document = ComparisonSample.Many();
        return document with
        {
            Base = document.Base with { Name = Hostile },
            Task = document.Task with { Name = Hostile },
            Controls = [document.Controls[0] with { Name = Hostile }, document.Controls[1]],
            Methods = [.. document.Methods.Select(method => method with { Title = Hostile, Description = Hostile })],
        };
    }

    private static XElement Picture(ComparisonResult document) =>
        XDocument.Parse(ComparisonPicture.Draw(ComparisonView.Create(document))).Root!;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Of two colours, as the web's accessibility guidelines count it.</summary>
    private static double Contrast(string one, string other)
    {
        double[] light = [.. new[] { Luminance(one), Luminance(other) }.Order()];
        return (light[1] + 0.05) / (light[0] + 0.05);
    }

    private static double Luminance(string color)
    {
        double[] channels = [.. Enumerable.Range(0, 3).Select(channel =>
        {
            double value = Convert.ToInt32(color.Substring(1 + 2 * channel, 2), 16) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        })];
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2];
    }
}
