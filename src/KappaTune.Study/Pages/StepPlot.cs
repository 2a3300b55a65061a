using System.Xml.Linq;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// A measure by training step: a curve a method with a point where it was measured, and 95 % intervals where there are some. What belongs
/// to a method has its class.
/// </summary>
internal sealed class StepPlot
{
    private readonly ComparisonPage _page;
    private readonly Func<PagePoint, MeanInterval?> _value;
    private readonly PageMethod[] _methods;
    private readonly PlotAxes _axes;

    /// <param name="value">What is shown of a point; null for nothing.</param>
    /// <exception cref="ArgumentException">There is no curve to draw.</exception>
    public StepPlot(ComparisonPage page, Func<PagePoint, MeanInterval?> value, double left, double top, double right, double bottom)
    {
        (_page, _value) = (page, value);
        _methods = PlotAxes.Drawn(page, method => Curve(method).Any());
        (PagePoint Point, MeanInterval Value)[] points = [.. _methods.SelectMany(Curve)];
        double[] steps = [0, .. points.Select(point => (double)point.Point.Step!.Value)];
        double[] values = [.. points.SelectMany(point => PlotAxes.Ends(point.Value))];
        _axes = new(new(steps, left, right), new(values, bottom, top), left, top, right, bottom);
    }

    /// <summary>What stands above it.</summary>
    public required string Title { get; init; }

    /// <summary>A value in words.</summary>
    public required Func<double, string> Text { get; init; }

    /// <summary>A line across, where methods are compared; null for none.</summary>
    public double? Level { get; init; }

    /// <summary>Both plots of models that hear: word errors, and bits a byte of one control text.</summary>
    public static IEnumerable<XElement> DrawBoth(ComparisonPage page, int control, double left, double top, double right, double bottom)
    {
        const double Between = 62;
        double width = (right - left - Between) / 2;
        var errors = new StepPlot(page, point => point.WordErrors, left, top, left + width, bottom)
        {
            Title = "word error rate: lower is better",
            Text = ComparisonWords.Share,
            Level = page.MatchedErrors,
        };
        var text = new StepPlot(page, point => point.BitsPerByte?.ElementAtOrDefault(control), right - width, top, right, bottom)
        {
            Title = "bits a byte of control text: lower is better",
            Text = value => value.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture),
        };
        return [.. errors.Draw(), .. text.Draw()];
    }

    /// <summary>Whether a method has both curves.</summary>
    public static bool HasCurves(ComparisonPage page, int control) => page.Methods.Any(method => method.Points.Any(
        point => point is { Step: not null, WordErrors: not null } && point.BitsPerByte?.ElementAtOrDefault(control) is not null));

    private IEnumerable<XElement> Draw() =>
    [
        .. _axes.Draw(_axes.Y.Text, Title, "training step"), .. Level is { } level ? _axes.Level(level, "compared here") : [],
        .. _methods.Select(Line),
    ];

    private IEnumerable<(PagePoint Point, MeanInterval Value)> Curve(PageMethod method) => method.Points
        .Where(point => point.Step is not null).Select(point => (point, _value(point)!)).Where(pair => pair.Item2 is not null);

    private XElement Line(PageMethod method)
    {
        (PagePoint Point, MeanInterval Value)[] points = [.. Curve(method)];
        string places = string.Join(" ", points.Select(each => $"{Svg.Number(X(each.Point))},{Svg.Number(_axes.Y.At(each.Value.Mean))}"));
        return Svg.Group(
            ComparisonPlot.Class(_page, method),
            Svg.Element(
                "polyline", ("points", places), ("class", "line"), ("stroke-width", ComparisonPlot.LineWidth(method)),
                ComparisonPlot.Dash(method)),
            points.Select(each => each.Value is { Low: { } low, High: { } high }
                ? Svg.Segment(X(each.Point), _axes.Y.At(low), X(each.Point), _axes.Y.At(high), width: 1.5)
                : null),
            points.Select(each => Svg.Titled(
                Svg.Symbol(X(each.Point), _axes.Y.At(each.Value.Mean), method),
                $"{method.Title}: step {each.Point.Step}",
                each.Value is { Low: { } low, High: { } high }
                    ? $"{Text(each.Value.Mean)} ({Text(low)} to {Text(high)})"
                    : Text(each.Value.Mean),
                $"mean of {each.Point.Runs} run{(each.Point.Runs == 1 ? "" : "s")}, "
                    + $"learning rate {(method.LearningRate is { } rate ? ComparisonWords.Rate(rate) : "unknown")}")));
    }

    private double X(PagePoint point) => _axes.X.At(point.Step!.Value);
}
