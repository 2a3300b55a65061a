using Microsoft.ML.KappaTune.Reports;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>Ways to tune a base model to one task, beside each other on one page.</summary>
public static class TuningWaysReport
{
    /// <summary>Saves the page, whole or not at all.</summary>
    /// <param name="ways">
    /// Each with its title, and the share of new texts that it sorts right; the first one's tuning is shown in full.
    /// </param>
    /// <param name="bagOfWords">The share of those texts that a logistic regression on their words sorts right.</param>
    /// <param name="path">The file to write.</param>
    public static void Save(IReadOnlyList<(string Title, TuningReport Report, double Accuracy)> ways, double bagOfWords, string path) =>
        HtmlReport.Save(ways[0].Report, [.. ways.Select(way => new TuningWay(way.Title, way.Report, way.Accuracy))], bagOfWords, path);
}
