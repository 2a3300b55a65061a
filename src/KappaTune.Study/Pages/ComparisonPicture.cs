using System.Xml.Linq;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// The main chart of a comparison of methods as an SVG picture: by itself with a heading and the methods' names and numbers, or as the
/// chart alone for the page, which has these. It follows the reader's light or dark setting.
/// </summary>
internal static class ComparisonPicture
{
    private const double Width = 900, Left = 58, LegendLeft = 588, LegendTop = 84, PlotTop = 62, RowHeight = 23, UnderPlot = 56;
    private const double ChartWidth = 820, ChartHeight = 440;
    private const int TitleLength = 30;

    private static readonly string[] Shared =
    [
        "text{font-size:13px}", ".heading{font-size:18px;font-weight:600}", ".hero{font-weight:700}", ".number{text-anchor:end}",
        ".middle{text-anchor:middle}", ".line{fill:none;stroke-linejoin:round}", ".baseline{stroke-width:1.5;stroke-dasharray:2 3}",
    ];

    /// <summary>A picture that stands by itself, on its own ground.</summary>
    /// <exception cref="ArgumentException">There is no curve to draw.</exception>
    public static string Draw(ComparisonPage page)
    {
        double bottom = Math.Max(400, LegendTop + page.Methods.Length * RowHeight - 6);
        double height = bottom + UnderPlot;
        XElement picture = Frame(
            page,
            Width,
            height,
            Svg.Element("rect", ("x", 0.5), ("y", 0.5), ("width", Width - 1), ("height", height - 1), ("rx", 10), ("class", "ground")),
            Svg.Text(20, 32, PlainText.Shorten(page.Heading, 100), "text heading"),
            Plot(page, control: 0, right: 560, top: PlotTop, bottom),
            Legend(page));
        picture.AddFirst(
            new XElement(Svg.Namespace + "title", Svg.Clean(page.Heading)),
            new XElement(Svg.Namespace + "desc", Svg.Clean(string.Join(" ", page.Lead))));
        picture.SetAttributeValue("width", Width);
        picture.SetAttributeValue("height", height);
        return picture.ToString() + "\n";
    }

    /// <summary>The chart alone, of one control text; null where no method has a curve.</summary>
    public static string? DrawChart(ComparisonPage page, int control)
    {
        if (!(page.OfSpeech ? StepPlot.HasCurves(page, control) : ComparisonPlot.HasCurves(page, control)))
            return null;
        IEnumerable<XElement> plot = Plot(page, control, right: ChartWidth - 14, top: 26, bottom: ChartHeight - UnderPlot);
        return Frame(page, ChartWidth, ChartHeight, plot).ToString(SaveOptions.DisableFormatting);
    }

    private static IEnumerable<XElement> Plot(ComparisonPage page, int control, double right, double top, double bottom) => page.OfSpeech
        ? StepPlot.DrawBoth(page, control, Left, top, right, bottom)
        : new ComparisonPlot(page, control, Left, top, right, bottom).Draw();

    private static XElement Frame(ComparisonPage page, double width, double height, params object[] content) => new(
        Svg.Namespace + "svg",
        new XAttribute("viewBox", $"0 0 {Svg.Number(width)} {Svg.Number(height)}"),
        new XAttribute("role", "img"),
        new XAttribute("class", "comparison"),
        new XAttribute("font-family", "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"),
        new XElement(Svg.Namespace + "style", Style(page.Methods)),
        content);

    /// <summary>Each rule is for the picture alone, since a style within a page is for the whole page.</summary>
    private static string Style(PageMethod[] methods)
    {
        string[] light = Colors("#ffffff", "#dfe3e8", "#1b2028", "#5a6472", method => method.Light);
        string[] dark = Colors("#1a1e25", "#2e343e", "#e7eaef", "#a2abb8", method => method.Dark);
        return $"{Rules([.. Shared, .. light])}@media screen and (prefers-color-scheme: dark){{{Rules(dark)}}}";

        string[] Colors(string ground, string line, string text, string muted, Func<PageMethod, string> color) =>
        [
            $".ground{{fill:{ground};stroke:{line}}}", $".grid{{stroke:{line}}}", $".text{{fill:{text}}}", $".muted{{fill:{muted}}}",
            $".baseline{{stroke:{muted}}}", $".ring{{fill:{ground}}}",
            .. methods.Select((method, index) => $".m{index}{{stroke:{color(method)}}}"),
            .. methods.Select((method, index) => $".m{index} .symbol{{fill:{color(method)};stroke:none}}"),
        ];

        static string Rules(IEnumerable<string> rules) => string.Concat(rules.Select(rule => ".comparison " + rule));
    }

    private static IEnumerable<XElement> Legend(ComparisonPage page)
    {
        string where = page.OfSpeech ? "" : " (rings)";
        yield return Svg.Text(Width - 20, PlotTop - 10, $"forgetting where equally well learnt{where}", "muted number");
        for (int i = 0; i < page.Methods.Length; i++)
        {
            PageMethod method = page.Methods[i];
            double y = LegendTop + i * RowHeight;
            yield return Svg.Group(
                ComparisonPlot.Class(page, method),
                Svg.Element(
                    "path", ("d", $"M{Svg.Number(LegendLeft)} {Svg.Number(y)}h28"), ("stroke-width", ComparisonPlot.LineWidth(method)),
                    ComparisonPlot.Dash(method)),
                Svg.Symbol(LegendLeft + 14, y, method));
            string weight = method.Hero ? " hero" : "";
            yield return Svg.Text(LegendLeft + 38, y + 4.5, PlainText.Shorten(method.Title, TitleLength), "text" + weight);
            string amount = method.Forgetting.FirstOrDefault() is { } forgetting ? ComparisonWords.Nats(forgetting.Mean) : "–";
            yield return Svg.Text(Width - 20, y + 4.5, amount, "text number" + weight);
        }
    }
}
