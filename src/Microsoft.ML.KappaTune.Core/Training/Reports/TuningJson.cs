using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>A report as JSON, in a file of its own or within another.</summary>
internal static class TuningJson
{
    public static void Save(TuningReport report, string path) => AtomicFile.Write(path, stream => Write(report, stream));

    public static TuningReport Load(string path) => DocumentKind.Tuning.Read<TuningReport>(path, MatrixJson.Options, Check);

    public static void Write(TuningReport report, Stream stream) => JsonSerializer.Serialize(stream, report, MatrixJson.Options);

    /// <param name="stream">The JSON and nothing else.</param>
    /// <param name="source">Where it is from, for the error.</param>
    /// <exception cref="FormatException">It isn't a report.</exception>
    public static TuningReport Read(Stream stream, string source) =>
        DocumentKind.Tuning.Read<TuningReport>(stream, source, MatrixJson.Options, Check);

    private static void Check(TuningReport report)
    {
        MatrixJson.CheckSchema(report.Schema);
        TuningReportCheck.Validate(report);
    }
}
