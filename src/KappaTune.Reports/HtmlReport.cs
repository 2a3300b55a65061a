using System.Text;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Reports;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// A scan and what a plan made of it, or a tuning, as one HTML file with charts. It is complete in itself: a browser shows it without a
/// network, and its content security policy lets it load nothing. Names from models and data are text in it, whatever they hold.
/// </summary>
public static class HtmlReport
{
    /// <summary>More points than this a curve can't show, and the page would only grow.</summary>
    private const int CurvePoints = 1000;

    /// <summary>Saves the report of a scan, whole or not at all.</summary>
    /// <param name="report">A whole scan.</param>
    /// <param name="plan">A plan of that scan.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="ArgumentException">The plan is of other matrices.</exception>
    public static void Save(ScanReport report, TuningPlan plan, string path) => Save(Render(report, plan), path);

    /// <summary>Saves the report of a tuning, whole or not at all.</summary>
    /// <param name="report">What was trained, and how it went.</param>
    /// <param name="path">The file to write.</param>
    public static void Save(TuningReport report, string path) => Save(Render(report), path);

    /// <summary>Saves the report of a tuning beside other ways to tune the same model to the same task, whole or not at all.</summary>
    /// <param name="ways">All ways; the first one's tuning is shown in full.</param>
    /// <param name="bagOfWords">
    /// The share of the ways' new texts that a logistic regression on their words sorts right; null where it wasn't measured.
    /// </param>
    /// <param name="path">The file to write.</param>
    public static void Save(IReadOnlyList<TuningWay> ways, double? bagOfWords, string path) =>
        Save(Render(ways[0].Report, ways, bagOfWords), path);

    internal static string Render(ScanReport report, TuningPlan plan)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(plan);
        if (!plan.Matrices.Select(planned => planned.Matrix.Id).SequenceEqual(report.Matrices.Select(matrix => matrix.Id)))
            throw new ArgumentException(
                $"The plan is of {plan.Matrices.Count} other matrices; allowed is a plan of this scan.", nameof(plan));
        return Page(Document(report.Model, plan) with
        {
            Scan = new(report.Precision, report.Device, report.Computed, report.Cached, report.Elapsed.TotalSeconds),
        });
    }

    internal static string Render(TuningReport report, IReadOnlyList<TuningWay>? ways = null, double? bagOfWords = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        return Page(Document(report.BaseModel, report.Plan) with
        {
            Tuning = report with
            {
                // People share reports: the names of a folder and a file do, without the way to them.
                BaseModel = NameOf(report.BaseModel),
                Retention = report.Retention is { } kept ? kept with { Text = NameOf(kept.Text) } : null,
                Budget = report.Budget is { } budget ? budget with { Text = NameOf(budget.Text) } : null,
                // The page has the tensors already.
                Plan = new(NameOf(report.BaseModel), report.Plan.Selection, []),
                Losses = LossCurve.Thin(report.Losses, CurvePoints),
            },
            Ways = ways is null ? null : [.. ways.Select(Way)],
            BagOfWords = bagOfWords,
        });
    }

    private static PageWay Way(TuningWay way) => new(
        way.Title, way.Report.TrainableParameters, way.Report.TotalParameters, way.Report.Losses.Max(step => step.LearningRate),
        way.Report.TrainingTime.TotalSeconds, way.Report.Epochs[way.Report.BestEpoch - 1].TrainingLoss, way.Accuracy,
        way.Report.Retention is { } kept ? kept with { Text = NameOf(kept.Text) } : null,
        // A column has no room for the course.
        way.Report.Budget is { } budget ? budget with { Text = NameOf(budget.Text), Course = [] } : null);

    private static PageDocument Document(string model, TuningPlan plan) => new()
    {
        Model = NameOf(model),
        Policy = plan.Selection.ToString(),
        SelectedParameters = plan.SelectedParameters,
        TotalParameters = plan.TotalParameters,
        Tensors = [.. plan.Matrices.Select(planned => MatrixJson.ToRow(planned.Matrix, planned))],
        ExpectedKappa = [.. plan.Matrices.Select(planned => Expected(planned.Matrix))],
    };

    /// <summary>The last part of a path, whatever system it is from.</summary>
    private static string NameOf(string path) => path.TrimEnd('/', '\\').Split('/', '\\')[^1] is { Length: > 0 } name ? name : path;

    /// <summary>Only matrices with a condition number are compared; among the others are shapes that have none to expect.</summary>
    private static double Expected(ScannedMatrix matrix) =>
        matrix.Kappa is null ? double.NaN : GaussianConditionNumber.Expected(matrix.Rows, matrix.Columns);

    private static string Page(PageDocument document) => PageTemplate.Fill("report.html", document);

    private static void Save(string page, string path) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
}
