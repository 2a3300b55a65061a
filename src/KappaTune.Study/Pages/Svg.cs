using System.Globalization;
using System.Xml.Linq;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>The elements of a picture; numbers have one decimal.</summary>
internal static class Svg
{
    public static readonly XNamespace Namespace = "http://www.w3.org/2000/svg";

    // Around its middle, about 11 wide.
    private static readonly Dictionary<string, string> Symbols = new()
    {
        ["circle"] = "M0-4.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z",
        ["square"] = "M-4-4h8v8h-8z",
        ["triangle"] = "M0-5l5 9.5h-10z",
        ["diamond"] = "M0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
        ["down"] = "M0 5l5-9.5h-10z",
    };

    public static XElement Element(string name, params (string Name, object Value)?[] attributes) => new(
        Namespace + name,
        attributes.OfType<(string Name, object Value)>()
            .Select(one => new XAttribute(one.Name, one.Value is double number ? Number(number) : one.Value)));

    public static XElement Group(string kind, params object?[] content) => new(Namespace + "g", new XAttribute("class", kind), content);

    public static XElement Text(double x, double y, string text, string kind)
    {
        XElement element = Element("text", ("x", x), ("y", y), ("class", kind));
        element.Add(Clean(text));
        return element;
    }

    public static XElement Segment(double x1, double y1, double x2, double y2, string? kind = null, double? width = null) => Element(
        "path", ("d", $"M{Number(x1)} {Number(y1)}L{Number(x2)} {Number(y2)}"), kind is null ? null : ("class", kind),
        width is null ? null : ("stroke-width", width));

    public static XElement Symbol(double x, double y, PageMark mark) => Element(
        "path", ("d", Symbols[mark.Symbol]), ("transform", $"translate({Number(x)} {Number(y)})"), ("class", "symbol"));

    /// <summary>What a viewer shows where the mouse is over the element.</summary>
    public static XElement Titled(XElement element, params string[] lines)
    {
        element.AddFirst(new XElement(Namespace + "title", string.Join("\n", lines.Select(Clean))));
        return element;
    }

    public static string Number(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>XML has no place for control characters.</summary>
    public static string Clean(string text) => PlainText.OneLine(text);
}
