using System.Text;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Reports;

namespace Microsoft.ML.KappaTune.Study.Pages;

/// <summary>
/// A comparison as one HTML file with charts, readable by someone who has never heard of κ, and its main chart as a picture. Both are
/// complete in themselves and load nothing; names from models and data are text in them, whatever they hold.
/// </summary>
public static class ComparisonReport
{
    /// <summary>Saves the page, whole or not at all.</summary>
    public static void Save(ComparisonResult document, string path) => Write(path, Render(document));

    /// <summary>Saves the main chart as an SVG picture without a script, whole or not at all.</summary>
    public static void SavePicture(ComparisonResult document, string path) =>
        Write(path, ComparisonPicture.Draw(ComparisonView.Create(document)));

    /// <summary>What came out, in the sentences that the page has at its top.</summary>
    public static IEnumerable<string> Sentences(ComparisonResult result)
    {
        ComparisonPage page = ComparisonView.Create(result);
        return page.Lead.Concat(page.Verdict.Select(one => $"{one.Name} {one.Value}")).Concat(page.Notes);
    }

    internal static string Render(ComparisonResult document)
    {
        ComparisonPage page = ComparisonView.Create(document);
        string?[] charts = [.. page.Controls.Select((_, control) => ComparisonPicture.DrawChart(page, control))];
        return PageTemplate.Fill("comparison.html", page with { Charts = charts });
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
