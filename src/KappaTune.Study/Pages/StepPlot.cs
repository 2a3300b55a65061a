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
    private readonly double _top;
    private readonly double _bottom;
    private readonly double _left;
    private readonly double _right;
    private readonly PictureAxis _x;
    private readonly PictureAxis _y;

    /// <param name="value">What is shown of a point; null for nothing.</param>
    /// <exception cref="ArgumentException">There is no curve to draw.</exception>
    public StepPlot(ComparisonPage page, Func<PagePoint, MeanInterval?> value, double left, double top, double right, double bottom)
    {
        (_page, _value, _left, _top, _right, _bottom) = (page, value, left, top, right, bottom);
        // The method in question is drawn last, over the others.
        _methods = [.. page.Methods.Where(method => Curve(method).Any()).OrderBy(method => method.Hero)];
        if (_methods.Length == 0)
        {
            throw new ArgumentException(
                "The picture is of a comparison of methods, and this one has no finished run of any.", nameof(page));
        }

        (PagePoint Point, MeanInterval Value)[] points = [.. _methods.SelectMany(Curve)];
        _x = new([0, .. points.Select(point => (double)point.Point.Step!.Value)], left, right);
        _y = new([.. points.SelectMany(point => Ends(point.Value))], bottom, top);
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

    private IEnumerable<XElement> Draw() => [.. Axes(), .. _methods.Select(Line)];

    private IEnumerable<(PagePoint Point, MeanInterval Value)> Curve(PageMethod method) => method.Points
        .Where(point => point.Step is not null).Select(point => (point, _value(point)!)).Where(pair => pair.Item2 is not null);

    private static double[] Ends(MeanInterval estimate) => [estimate.Low ?? estimate.Mean, estimate.High ?? estimate.Mean];

    private IEnumerable<XElement> Axes()
    {
        foreach (double tick in _x.Ticks)
        {
            yield return Svg.Segment(_x.At(tick), _top, _x.At(tick), _bottom, "grid");
            yield return Svg.Text(_x.At(tick), _bottom + 18, _x.Text(tick), "muted middle");
        }

        foreach (double tick in _y.Ticks)
        {
            yield return Svg.Segment(_left, _y.At(tick), _right, _y.At(tick), "grid");
            yield return Svg.Text(_left - 6, _y.At(tick) + 4, _y.Text(tick), "muted number");
        }

        yield return Svg.Text(_left, _top - 10, Title, "muted");
        yield return Svg.Text((_left + _right) / 2, _bottom + 40, "training step", "muted middle");
        if (Level is { } level && level >= _y.Low && level <= _y.High)
        {
            yield return Svg.Segment(_left, _y.At(level), _right, _y.At(level), "baseline");
            yield return Svg.Text(_right - 4, _y.At(level) - 5, "compared here", "muted number");
        }
    }

    private XElement Line(PageMethod method)
    {
        (PagePoint Point, MeanInterval Value)[] points = [.. Curve(method)];
        string places = string.Join(" ", points.Select(each => $"{Svg.Number(X(each.Point))},{Svg.Number(_y.At(each.Value.Mean))}"));
        return Svg.Group(
            ComparisonPlot.Class(_page, method),
            Svg.Element(
                "polyline", ("points", places), ("class", "line"), ("stroke-width", ComparisonPlot.LineWidth(method)),
                ComparisonPlot.Dash(method)),
            points.Select(each => each.Value is { Low: { } low, High: { } high }
                ? Svg.Segment(X(each.Point), _y.At(low), X(each.Point), _y.At(high), width: 1.5)
                : null),
            points.Select(each => Svg.Titled(
                Svg.Symbol(X(each.Point), _y.At(each.Value.Mean), method),
                $"{method.Title}: step {each.Point.Step}",
                each.Value is { Low: { } low, High: { } high }
                    ? $"{Text(each.Value.Mean)} ({Text(low)} to {Text(high)})"
                    : Text(each.Value.Mean),
                $"mean of {each.Point.Runs} run{(each.Point.Runs == 1 ? "" : "s")}, "
                    + $"learning rate {(method.LearningRate is { } rate ? ComparisonWords.Rate(rate) : "unknown")}")));
    }

    private double X(PagePoint point) => _x.At(point.Step!.Value);
}
