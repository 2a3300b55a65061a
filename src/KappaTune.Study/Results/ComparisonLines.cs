using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>The finished runs of a comparison as JSON lines, a run each, for programs that read along.</summary>
internal static class ComparisonLines
{
    public const string FileName = "runs.jsonl";

    private static readonly JsonSerializerOptions Options = new(ComparisonJson.Options) { WriteIndented = false };

    /// <summary>Writes the file into the comparison's folder, whole or not at all.</summary>
    public static void Save(IReadOnlyList<ComparisonCell> cells, string output) => AtomicFile.Write(
        Path.Combine(output, FileName), stream =>
        {
            foreach (ComparisonCell cell in cells)
            {
                JsonSerializer.Serialize(stream, cell, Options);
                stream.WriteByte((byte)'\n');
            }
        });
}
