using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Training.Reports;

/// <summary>A report as JSON, in a file of its own or within another.</summary>
internal static class TuningJson
{
    public static void Save(TuningReport report, string path) => AtomicFile.Write(path, stream => Write(report, stream));

    public static TuningReport Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    public static void Write(TuningReport report, Stream stream) => JsonSerializer.Serialize(stream, report, MatrixJson.Options);

    /// <param name="stream">The JSON and nothing else.</param>
    /// <param name="source">Where it is from, for the error.</param>
    /// <exception cref="FormatException">It isn't a report.</exception>
    public static TuningReport Read(Stream stream, string source)
    {
        try
        {
            TuningReport report = JsonSerializer.Deserialize<TuningReport>(stream, MatrixJson.Options)
                ?? throw new JsonException("It is null.");
            MatrixJson.CheckSchema(report.Schema);
            TuningReportCheck.Validate(report);
            return report;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException($"{source} isn't a tuning report: {e.Message}", e);
        }
    }
}
