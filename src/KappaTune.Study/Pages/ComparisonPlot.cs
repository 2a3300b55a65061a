using System.Globalization;
using System.Xml.Linq;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// Accuracy against the forgetting of one control text: a curve a method with a point an epoch, and a ring with 95 % intervals where all
/// have learnt equally well. What belongs to a method has its class.
/// </summary>
internal sealed class ComparisonPlot
{
    private readonly ComparisonPage _page;
    private readonly int _control;
    private readonly PageMethod[] _methods;
    private readonly PlotAxes _axes;

    /// <exception cref="ArgumentException">There is no curve to draw.</exception>
    public ComparisonPlot(ComparisonPage page, int control, double left, double top, double right, double bottom)
    {
        (_page, _control) = (page, control);
        _methods = PlotAxes.Drawn(page, method => Curve(method, control).Any());
        PagePoint[] points = [.. _methods.SelectMany(method => Curve(method, control))];
        (MeanInterval Forgetting, MeanInterval Accuracy)[] matched = [.. _methods.Select(Matched).OfType<(MeanInterval, MeanInterval)>()];
        double[] forgotten = [0, .. points.Select(Forgetting), .. matched.SelectMany(ring => PlotAxes.Ends(ring.Forgetting))];
        double[] learnt = [.. points.Select(point => point.Accuracy!.Value), .. matched.SelectMany(ring => PlotAxes.Ends(ring.Accuracy))];
        _axes = new(new(forgotten, left, right), new(learnt, bottom, top, most: 1), left, top, right, bottom);
    }

    public static bool HasCurves(ComparisonPage page, int control) => page.Methods.Any(method => Curve(method, control).Any());

    /// <summary>The class of all that belongs to a method.</summary>
    public static string Class(ComparisonPage page, PageMethod method) => $"m{Array.IndexOf(page.Methods, method)}";

    /// <summary>How a method's lines are drawn.</summary>
    public static (string, object)? Dash(PageMethod method) => method.Dashed ? ("stroke-dasharray", "6 4") : null;

    public static double LineWidth(PageMethod method) => method.Hero ? 3.5 : 1.75;

    public IEnumerable<XElement> Draw() =>
        [.. Axes(), .. Baselines(), .. _methods.Select(Line), .. _methods.Select(Ring).OfType<XElement>()];

    /// <summary>A method's points after the first step, before which all methods are alike.</summary>
    private static IEnumerable<PagePoint> Curve(PageMethod method, int control) => method.Points
        .Where(point => point is { Epoch: > 0, Accuracy: not null } && point.Forgetting.ElementAtOrDefault(control) is not null);

    private double Forgetting(PagePoint point) => point.Forgetting[_control]!.Value;

    private (MeanInterval Forgetting, MeanInterval Accuracy)? Matched(PageMethod method) =>
        method.Forgetting.ElementAtOrDefault(_control) is { } forgetting && method.Accuracy is { } accuracy ? (forgetting, accuracy) : null;

    private IEnumerable<XElement> Axes()
    {
        string from = _axes.Y.Low > 0 ? $" (axis from {Percent(_axes.Y.Low)})" : "";
        return _axes.Draw(
            Percent, $"test texts sorted right: higher is better{from}", "forgetting, nats a token: further left is better");
    }

    private static string Percent(double share) => $"{Math.Round(100 * share, 1).ToString(CultureInfo.InvariantCulture)} %";

    private IEnumerable<XElement> Baselines() => _page.Baselines.SelectMany(one => _axes.Level(one.Accuracy, one.Name));

    private XElement Line(PageMethod method)
    {
        PagePoint[] points = [.. Curve(method, _control)];
        string places = string.Join(" ", points.Select(point => $"{Svg.Number(X(point))},{Svg.Number(Y(point))}"));
        return Svg.Group(
            Class(_page, method),
            Svg.Element("polyline", ("points", places), ("class", "line"), ("stroke-width", LineWidth(method)), Dash(method)),
            points.Select(point => Svg.Titled(
                Svg.Symbol(X(point), Y(point), method),
                $"{method.Title}: epoch {point.Epoch}",
                $"accuracy {ComparisonWords.Share(point.Accuracy!.Value)}",
                $"forgetting {ComparisonWords.Nats(Forgetting(point))}",
                $"training loss {(point.TrainLoss is { } loss ? ComparisonWords.Nats(loss) : "unknown")}",
                $"mean of {point.Runs} run{(point.Runs == 1 ? "" : "s")}, "
                    + $"learning rate {(method.LearningRate is { } rate ? ComparisonWords.Rate(rate) : "unknown")}")));

        double X(PagePoint point) => _axes.X.At(Forgetting(point));
        double Y(PagePoint point) => _axes.Y.At(point.Accuracy!.Value);
    }

    private XElement? Ring(PageMethod method)
    {
        if (Matched(method) is not var (forgetting, accuracy))
            return null;
        (double x, double y) = (_axes.X.At(forgetting.Mean), _axes.Y.At(accuracy.Mean));
        return Svg.Titled(
            Svg.Group(
                Class(_page, method),
                forgetting is { Low: { } least, High: { } most }
                    ? Svg.Segment(_axes.X.At(least), y, _axes.X.At(most), y, width: 2.5)
                    : null,
                accuracy is { Low: { } low, High: { } high } ? Svg.Segment(x, _axes.Y.At(low), x, _axes.Y.At(high), width: 1.5) : null,
                Svg.Element(
                    "circle", ("cx", x), ("cy", y), ("r", method.Hero ? 8 : 6.5), ("class", "ring"),
                    ("stroke-width", method.Hero ? 4 : 2.5))),
            $"{method.Title}: equally well learnt",
            $"accuracy {ComparisonWords.Share(accuracy)}",
            $"forgetting {ComparisonWords.Nats(forgetting)}");
    }
}
