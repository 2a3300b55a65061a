using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// The main chart of a comparison of methods as an SVG picture: accuracy against forgetting, a curve a method, a ring where all have learnt
/// equally well, and their names and numbers beside it. It stands on its own ground, white or dark as the reader's setting is.
/// </summary>
internal static class ComparisonPicture
{
    private const double Width = 900, Left = 58, Right = 560, Top = 62, RowHeight = 23, LegendLeft = 588, LegendTop = 84;
    private const int TitleLength = 30;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    // Around its middle, about 11 wide.
    private static readonly Dictionary<string, string> Shapes = new()
    {
        ["circle"] = "M0-4.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z",
        ["square"] = "M-4-4h8v8h-8z",
        ["triangle"] = "M0-5l5 9.5h-10z",
        ["diamond"] = "M0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
        ["down"] = "M0 5l5-9.5h-10z",
    };

    /// <exception cref="ArgumentException">There is no curve to draw.</exception>
    public static string Draw(ComparisonPage page)
    {
        PageMethod[] methods = [.. page.Methods.Where(method => Curve(method).Any())];
        if (methods.Length == 0)
            throw new ArgumentException("The picture is of a comparison of methods, and this one has no finished run of any.", nameof(page));
        double bottom = Math.Max(400, LegendTop + page.Methods.Length * RowHeight - 6);
        double height = bottom + 56;
        (double X, double Y)[] places = [.. methods.SelectMany(Curve), .. methods.SelectMany(Matched), (0, methods.Max(m => Curve(m).Max(p => p.Y)))];
        var x = new PictureAxis([.. places.Select(place => place.X)], Left, Right);
        var y = new PictureAxis([.. places.Select(place => place.Y)], bottom, Top);
        var picture = new XElement(
            Svg + "svg",
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {height}")),
            new XAttribute("width", Width),
            new XAttribute("height", height),
            new XAttribute("role", "img"),
            new XAttribute("font-family", "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"),
            new XElement(Svg + "title", Clean(page.Heading)),
            new XElement(Svg + "desc", Clean(string.Join(" ", page.Lead))),
            new XElement(Svg + "style", Style(page.Methods)),
            Element("rect", ("x", 0.5), ("y", 0.5), ("width", Width - 1), ("height", height - 1), ("rx", 10), ("class", "ground")),
            Text(20, 32, PlainText.Shorten(page.Heading, 100), "text heading"),
            Axes(x, y, bottom));
        // The one in question over the others.
        foreach (PageMethod method in methods.OrderBy(method => method.Hero))
            picture.Add(Line(method, Class(page, method), x, y));
        foreach (PageMethod method in methods.OrderBy(method => method.Hero))
            picture.Add(Ring(method, Class(page, method), x, y));
        picture.Add(Legend(page));
        return picture.ToString() + "\n";
    }

    /// <summary>Before the first step all are alike.</summary>
    private static IEnumerable<(double X, double Y)> Curve(PageMethod method) => method.Points
        .Where(point => point is { Epoch: > 0, Accuracy: not null } && point.Forgetting.Length > 0 && point.Forgetting[0] is not null)
        .Select(point => (point.Forgetting[0]!.Value, point.Accuracy!.Value));

    private static IEnumerable<(double X, double Y)> Matched(PageMethod method) =>
        method.Forgetting.FirstOrDefault() is { } forgetting && method.Accuracy is { } accuracy
            ? [(forgetting.Low ?? forgetting.Mean, accuracy.Mean), (forgetting.High ?? forgetting.Mean, accuracy.Mean)]
            : [];

    private static string Class(ComparisonPage page, PageMethod method) => $"m{Array.IndexOf(page.Methods, method)}";

    private static string Style(PageMethod[] methods)
    {
        var style = new StringBuilder("text{font-size:13px}.heading{font-size:18px;font-weight:600}.hero{font-weight:700}.number{text-anchor:end}")
            .Append(".middle{text-anchor:middle}.line{fill:none;stroke-linejoin:round}");
        Add("#ffffff", "#dfe3e8", "#1b2028", "#5a6472", method => method.Light);
        style.Append("@media (prefers-color-scheme: dark){");
        Add("#1a1e25", "#2e343e", "#e7eaef", "#a2abb8", method => method.Dark);
        return style.Append('}').ToString();

        void Add(string ground, string line, string text, string muted, Func<PageMethod, string> color)
        {
            style.Append($".ground{{fill:{ground};stroke:{line}}}.grid{{stroke:{line}}}.text{{fill:{text}}}.muted{{fill:{muted}}}.ring{{fill:{ground}}}");
            for (int i = 0; i < methods.Length; i++)
                style.Append($".m{i}{{stroke:{color(methods[i])}}}.m{i}.shape{{fill:{color(methods[i])};stroke:none}}");
        }
    }

    private static IEnumerable<XElement> Axes(PictureAxis x, PictureAxis y, double bottom)
    {
        foreach (double tick in x.Ticks)
        {
            yield return Segment(x.At(tick), Top, x.At(tick), bottom, "grid");
            yield return Text(x.At(tick), bottom + 18, x.Text(tick), "muted middle");
        }

        foreach (double tick in y.Ticks)
        {
            yield return Segment(Left, y.At(tick), Right, y.At(tick), "grid");
            yield return Text(Left - 8, y.At(tick) + 4, $"{Math.Round(100 * tick, 1).ToString(CultureInfo.InvariantCulture)} %", "muted number");
        }

        yield return Text(Left, Top - 10, "test texts sorted right: higher is better", "muted");
        yield return Text((Left + Right) / 2, bottom + 40, "forgetting, nats a token: further left is better", "muted middle");
    }

    private static XElement Line(PageMethod method, string own, PictureAxis x, PictureAxis y)
    {
        (double X, double Y)[] places = [.. Curve(method).Select(place => (x.At(place.X), y.At(place.Y)))];
        return new(
            Svg + "g",
            Element(
                "polyline", ("points", string.Join(" ", places.Select(place => $"{Number(place.X)},{Number(place.Y)}"))),
                ("class", $"line {own}"), ("stroke-width", method.Hero ? 3.5 : 1.75), Dash(method)),
            places.Select(place => Shape(place.X, place.Y, method, own)));
    }

    private static IEnumerable<XElement> Ring(PageMethod method, string own, PictureAxis x, PictureAxis y)
    {
        if (method.Forgetting.FirstOrDefault() is not { } forgetting || method.Accuracy is not { } accuracy)
            yield break;
        double height = y.At(accuracy.Mean);
        if (forgetting is { Low: { } low, High: { } high })
            yield return Element("path", ("d", $"M{Number(x.At(low))} {Number(height)}H{Number(x.At(high))}"), ("class", own), ("stroke-width", 2.5));
        yield return Element(
            "circle", ("cx", x.At(forgetting.Mean)), ("cy", height), ("r", method.Hero ? 8 : 6.5), ("class", $"ring {own}"),
            ("stroke-width", method.Hero ? 4 : 2.5));
    }

    private static IEnumerable<XElement> Legend(ComparisonPage page)
    {
        yield return Text(Width - 20, Top - 10, "forgetting where equally well learnt (rings)", "muted number");
        for (int i = 0; i < page.Methods.Length; i++)
        {
            PageMethod method = page.Methods[i];
            double y = LegendTop + i * RowHeight;
            yield return Element("path", ("d", $"M{Number(LegendLeft)} {Number(y)}h28"), ("class", $"m{i}"), ("stroke-width", method.Hero ? 3.5 : 1.75), Dash(method));
            yield return Shape(LegendLeft + 14, y, method, $"m{i}");
            string weight = method.Hero ? " hero" : "";
            yield return Text(LegendLeft + 38, y + 4.5, PlainText.Shorten(method.Title, TitleLength), "text" + weight);
            string amount = method.Forgetting.FirstOrDefault() is { } forgetting ? ComparisonWords.Nats(forgetting.Mean) : "–";
            yield return Text(Width - 20, y + 4.5, amount, "text number" + weight);
        }
    }

    private static (string, object)? Dash(PageMethod method) => method.Dashed ? ("stroke-dasharray", "6 4") : null;

    private static XElement Shape(double x, double y, PageMethod method, string own) => Element(
        "path", ("d", Shapes[method.Symbol]), ("transform", $"translate({Number(x)} {Number(y)})"), ("class", $"shape {own}"));

    private static XElement Segment(double x1, double y1, double x2, double y2, string own) =>
        Element("path", ("d", $"M{Number(x1)} {Number(y1)}L{Number(x2)} {Number(y2)}"), ("class", own));

    private static XElement Text(double x, double y, string text, string own) =>
        new(Svg + "text", new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("class", own), Clean(text));

    private static XElement Element(string name, params (string Name, object Value)?[] attributes) => new(
        Svg + name,
        attributes.OfType<(string Name, object Value)>()
            .Select(one => new XAttribute(one.Name, one.Value is double number ? Number(number) : one.Value)));

    private static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>XML has no place for control characters.</summary>
    private static string Clean(string text) => PlainText.OneLine(text);
}
