using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Study;

/// <summary>
/// The finished runs of a comparison as JSON lines, a run each: for programs that read along, and to go on from where only this file is
/// kept.
/// </summary>
internal static class ComparisonLines
{
    public const string FileName = "runs.jsonl";

    private static readonly JsonSerializerOptions Options = new(ComparisonJson.Options) { WriteIndented = false };

    /// <summary>Writes the file into the comparison's folder, whole or not at all; other runs that it has stay at its end.</summary>
    /// <param name="cells">With their keys.</param>
    public static void Save(IEnumerable<ComparisonCell> cells, string output)
    {
        ComparisonCell[] first = [.. cells];
        IEnumerable<ComparisonCell> others = Read(output).Values.ExceptBy(first.Select(cell => cell.Key), cell => cell.Key);
        ComparisonCell[] all = [.. first, .. others];
        AtomicFile.Write(
            Path.Combine(output, FileName), stream =>
            {
                foreach (ComparisonCell cell in all)
                {
                    JsonSerializer.Serialize(stream, cell, Options);
                    stream.WriteByte((byte)'\n');
                }
            });
    }

    /// <summary>The runs in the folder's file, by their keys; none where there is no file, or of a line that is no run.</summary>
    public static IReadOnlyDictionary<string, ComparisonCell> Read(string output)
    {
        string path = Path.Combine(output, FileName);
        return !File.Exists(path) ? new Dictionary<string, ComparisonCell>()
            : File.ReadLines(path).Select(Parse).OfType<ComparisonCell>().Where(cell => cell.Key is not null)
                .DistinctBy(cell => cell.Key).ToDictionary(cell => cell.Key!);
    }

    private static ComparisonCell? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ComparisonCell>(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
