using System.Text.Json;
using Microsoft.ML.KappaTune.IO;

namespace Microsoft.ML.KappaTune.Selection;

/// <summary>The file of a plan.</summary>
internal static class PlanJson
{
    public static void Save(TuningPlan plan, string path) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, plan, MatrixJson.Options));

    public static TuningPlan Load(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return JsonSerializer.Deserialize<TuningPlan>(stream, MatrixJson.Options) ?? throw new JsonException("It is null.");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new FormatException($"{path} isn't a tuning plan: {e.Message}", e);
        }
    }
}
