using System.Text.Json;
using Microsoft.ML.KappaTune.IO;
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
        var decisions = plan?.Matrices.ToDictionary(planned => (planned.Matrix.Name, planned.Matrix.Expert));
        if (decisions is not null && !decisions.Keys.ToHashSet().SetEquals(report.Matrices.Select(matrix => (matrix.Name, matrix.Expert))))
            throw new ArgumentException($"The plan is of {decisions.Count} other matrices; allowed is a plan of this scan.", nameof(plan));
        var document = new ScanDocument
        {
            Schema = MatrixJson.Schema,
            Model = report.Model,
            Fingerprint = report.Fingerprint,
            Precision = report.Precision,
            ScannedFor = report.Selection,
            Selection = plan?.Selection,
            Device = report.Device,
            Computed = report.Computed,
            Cached = report.Cached,
            ElapsedSeconds = report.Elapsed.TotalSeconds,
            Shard = report.Shard,
            ShardCount = report.ShardCount,
            Warnings = [.. report.Warnings],
            Tensors = [.. report.Matrices.Select(matrix => MatrixJson.ToRow(matrix, decisions?[(matrix.Name, matrix.Expert)]))],
        };
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, document, MatrixJson.Options));
    }

    public static ScanReport Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            ScanDocument? document = JsonSerializer.Deserialize<ScanDocument>(stream, MatrixJson.Options);
            if (document is null)
                throw new JsonException("It is null.");
            MatrixJson.CheckSchema(document.Schema);
            Check(document);
            SelectionCheck.Validate(document.ScannedFor);
            return new ScanReport
            {
                Model = document.Model,
                Fingerprint = document.Fingerprint,
                Precision = document.Precision,
                Selection = document.ScannedFor,
                Device = document.Device,
                Computed = document.Computed,
                Cached = document.Cached,
                // To the nearest tick: cut off, a time would come back shorter than it was saved.
                Elapsed = TimeSpan.FromTicks((long)Math.Round(document.ElapsedSeconds * TimeSpan.TicksPerSecond)),
                Shard = document.Shard,
                ShardCount = document.ShardCount,
                Warnings = document.Warnings,
                Matrices = [.. document.Tensors.Select(MatrixJson.ToMatrix)],
            };
        }
        catch (Exception e) when (e is JsonException or ArgumentException or OverflowException)
        {
            throw new FormatException($"{path} isn't a scan report: {e.Message}", e);
        }
    }

    private static void Check(ScanDocument document)
    {
        Require(document.Model is not null, "model", "null");
        Require(document.Fingerprint is not null, "fingerprint", "null");
        Require(document.ScannedFor is not null, "scanned_for", "null");
        Require(document.Device is not null, "device", "null");
        Require(document.Tensors is not null, "tensors", "null");
        Require(document.Warnings is not null && !document.Warnings.Contains(null), "warnings", "null, or has a null");
        Require(document.Computed >= 0, "computed", document.Computed);
        Require(document.Cached >= 0, "cached", document.Cached);
        Require(document.ElapsedSeconds is >= 0 and < 1e9, "elapsed_seconds", document.ElapsedSeconds);
        Require(document.ShardCount >= 1, "shard_count", document.ShardCount);
        Require(document.Shard >= 1 && document.Shard <= document.ShardCount, "shard", document.Shard);
    }

    private static void Require(bool holds, string field, object value)
    {
        if (!holds)
            throw new JsonException(FormattableString.Invariant($"{field} is {value}, which it can't be."));
    }
}
