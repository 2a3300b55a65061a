using System.Xml.Linq;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>A plot's place in a picture, with its axes.</summary>
internal sealed record PlotAxes(PictureAxis X, PictureAxis Y, double Left, double Top, double Right, double Bottom)
{
    /// <summary>Both ends of an interval, its mean where it has none.</summary>
    public static double[] Ends(MeanInterval estimate) => [estimate.Low ?? estimate.Mean, estimate.High ?? estimate.Mean];

    /// <summary>Methods with a curve, the method in question last, which is drawn over the others.</summary>
    /// <exception cref="ArgumentException">None has a curve.</exception>
    public static PageMethod[] Drawn(ComparisonPage page, Func<PageMethod, bool> hasCurve)
    {
        PageMethod[] methods = [.. page.Methods.Where(hasCurve).OrderBy(method => method.Hero)];
        return methods.Length > 0 ? methods : throw new ArgumentException(
            "The picture is of a comparison of methods, and this one has no finished run of any.", nameof(page));
    }

    /// <summary>Lines and numbers of both axes, and what they are of.</summary>
    /// <param name="text">The text of a tick of the upright axis.</param>
    /// <param name="above">What the upright axis is of.</param>
    /// <param name="below">What the other is of.</param>
    public IEnumerable<XElement> Draw(Func<double, string> text, string above, string below)
    {
        foreach (double tick in X.Ticks)
        {
            yield return Svg.Segment(X.At(tick), Top, X.At(tick), Bottom, "grid");
            yield return Svg.Text(X.At(tick), Bottom + 18, X.Text(tick), "muted middle");
        }

        foreach (double tick in Y.Ticks)
        {
            yield return Svg.Segment(Left, Y.At(tick), Right, Y.At(tick), "grid");
            yield return Svg.Text(Left - 8, Y.At(tick) + 4, text(tick), "muted number");
        }

        yield return Svg.Text(Left, Top - 10, above, "muted");
        yield return Svg.Text((Left + Right) / 2, Bottom + 40, below, "muted middle");
    }

    /// <summary>A line across with a name; nothing where it isn't within the axis.</summary>
    public IEnumerable<XElement> Level(double value, string name) => value < Y.Low || value > Y.High ? [] :
    [
        Svg.Segment(Left, Y.At(value), Right, Y.At(value), "baseline"),
        Svg.Text(Right - 4, Y.At(value) - 5, name, "muted number"),
    ];
}
