using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.KappaTune.Selection;

namespace Microsoft.ML.KappaTune.Scanning;

/// <summary>
/// A scan as a JSON file, schema 1: how it was made, and a row a matrix. With a plan, a row also says what was decided, and the file
/// can be loaded as that plan.
/// </summary>
internal static class ScanJson
{
    public static void Save(ScanReport report, TuningPlan? plan, string path)
    {
        var decisions = plan?.Matrices.ToDictionary(planned => planned.Matrix.Slice);
        if (decisions is not null && !decisions.Keys.ToHashSet().SetEquals(report.Matrices.Select(matrix => matrix.Slice)))
            throw new ArgumentException($"The plan is of {decisions.Count} other matrices; allowed is a plan of this scan.", nameof(plan));
        JsonObject file = JsonSerializer.SerializeToNode(report with { PlannedFor = plan?.Selection }, MatrixJson.Options)!.AsObject();
        if (decisions is not null)
        {
            file["tensors"] = new JsonArray(
                [.. report.Matrices.Select(matrix => MatrixJson.ToRow(matrix, decisions[matrix.Slice]))]);
        }

        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, file, MatrixJson.Options));
    }

    /// <param name="path">The file.</param>
    /// <param name="alternative">What may be given instead, for the message.</param>
    /// <exception cref="FormatException">The file isn't a scan.</exception>
    public static ScanReport Load(string path, DocumentKind? alternative = null) =>
        DocumentKind.Scan.Read<ScanReport>(path, MatrixJson.Options, Check, alternative) with { PlannedFor = null };

    private static void Check(ScanReport report)
    {
        MatrixJson.CheckSchema(report.Schema);
        Require(report.Model is not null, "model", "null");
        Require(report.Fingerprint is not null, "fingerprint", "null");
        Require(report.Selection is not null, "scanned_for", "null");
        Require(report.Device is not null, "device", "null");
        Require(report.Matrices is not null, "tensors", "null");
        Require(report.Warnings is not null && !report.Warnings.Contains(null!), "warnings", "null, or has a null");
        Require(report.Computed >= 0, "computed", report.Computed);
        Require(report.Cached >= 0, "cached", report.Cached);
        Require(report.PartCount >= 1, "shard_count", report.PartCount);
        Require(report.Part >= 1 && report.Part <= report.PartCount, "shard", report.Part);
        SelectionCheck.Validate(report.Selection!);
    }

    private static void Require(bool holds, string field, object value)
    {
        if (!holds)
            throw new JsonException(FormattableString.Invariant($"{field} is {value}, which it can't be."));
    }
}

/// <summary>Matrices as rows without a decision; an impossible value is refused by row and field.</summary>
internal sealed class MatrixListConverter : JsonConverter<IReadOnlyList<ScannedMatrix>>
{
    public override IReadOnlyList<ScannedMatrix> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        [.. JsonSerializer.Deserialize<JsonObject?[]>(ref reader, options)!.Select(MatrixJson.ToMatrix)];

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<ScannedMatrix> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Select(matrix => MatrixJson.ToRow(matrix, null)), options);
}
