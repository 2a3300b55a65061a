using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Reports;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Spectra;

namespace Microsoft.ML.KappaTune;

/// <summary>
/// A scan and what a plan made of it as one HTML file with charts. It is complete in itself: a browser shows it without a network,
/// and its content security policy lets it load nothing. Names from the model are text in it, whatever they hold.
/// </summary>
public static class HtmlReport
{
    private const string Place = "{{report}}";

    // The default encoder escapes <, > and &, so that no name can end the script element that holds the data.
    private static readonly JsonSerializerOptions Options =
        new(MatrixJson.Options) { Encoder = JavaScriptEncoder.Default, WriteIndented = false };

    /// <summary>Saves the report, whole or not at all.</summary>
    /// <param name="report">A whole scan.</param>
    /// <param name="plan">A plan of that scan.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="ArgumentException">The plan is of other matrices.</exception>
    public static void Save(ScanReport report, TuningPlan plan, string path)
    {
        string page = Render(report, plan);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    internal static string Render(ScanReport report, TuningPlan plan)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(plan);
        if (!plan.Matrices.Select(planned => planned.Matrix.Id).SequenceEqual(report.Matrices.Select(matrix => matrix.Id)))
            throw new ArgumentException($"The plan is of {plan.Matrices.Count} other matrices; allowed is a plan of this scan.", nameof(plan));
        var document = new PageDocument
        {
            Model = report.Model,
            Policy = plan.Selection.ToString(),
            Precision = report.Precision,
            Device = report.Device,
            Computed = report.Computed,
            Cached = report.Cached,
            ElapsedSeconds = report.Elapsed.TotalSeconds,
            SelectedParameters = plan.SelectedParameters,
            TotalParameters = plan.TotalParameters,
            Tensors = [.. plan.Matrices.Select(planned => MatrixJson.ToRow(planned.Matrix, planned))],
            ExpectedKappa = [.. plan.Matrices.Select(planned => Expected(planned.Matrix))],
        };
        // Split rather than replaced: names may hold the place's mark themselves.
        string[] page = Template().Split(Place);
        return page[0] + JsonSerializer.Serialize(document, Options) + page[1];
    }

    /// <summary>Only matrices with a condition number are compared; among the others are shapes that have none to expect.</summary>
    private static double Expected(ScannedMatrix matrix) =>
        matrix.Kappa is null ? double.NaN : GaussianConditionNumber.Expected(matrix.Rows, matrix.Columns);

    private static string Template()
    {
        using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream("report.html")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
