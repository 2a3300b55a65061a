using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>A report as <c>pretraining.json</c>, format 1.</summary>
internal static class PretrainingJson
{
    // Enough points for a curve.
    private const int MostLosses = 500;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string ToJson(PretrainingReport report)
    {
        var options = new JsonObject();
        foreach ((string name, JsonNode value) in PretrainingOptionsText.Fields(report.Options))
            options[name] = value;
        var root = new JsonObject
        {
            ["format"] = 1,
            ["kind"] = "pretraining",
            ["options"] = options,
            ["corpus"] = Describe(report.Corpus, report.CorpusTokens),
            ["vocabulary"] = report.VocabularySize,
            ["parameters"] = report.Parameters,
            ["steps"] = report.Steps,
            ["tokensSeen"] = report.TokensSeen,
            ["seconds"] = Math.Round(report.Time.TotalSeconds, 3),
            ["device"] = report.Device,
            ["threads"] = report.Threads,
        };
        if (report.HeldOut is { } text)
        {
            JsonObject heldOut = Describe(text, null);
            heldOut["windows"] = report.HeldOutWindows;
            heldOut["guesses"] = report.HeldOutGuesses;
            heldOut["points"] = new JsonArray([.. report.Measured.Select(point => new JsonObject
            {
                ["step"] = point.Step,
                ["loss"] = point.Loss,
                ["accuracy"] = point.Accuracy,
            })]);
            root["heldOut"] = heldOut;
        }

        root["losses"] = Losses(report.Losses);
        return root.ToJsonString(Indented);
    }

    private static JsonObject Describe(TextCorpus text, int? tokens)
    {
        var node = new JsonObject
        {
            ["name"] = text.Name,
            ["bytes"] = text.Bytes,
            ["sha256"] = text.Hash,
            ["lines"] = text.Lines.Count,
        };
        if (tokens is { } count)
            node["tokens"] = count;
        return node;
    }

    /// <summary>Means over as many steps as make a curve of it, each with the last of its steps.</summary>
    private static JsonArray Losses(IReadOnlyList<float> losses)
    {
        int steps = (losses.Count + MostLosses - 1) / MostLosses;
        return [.. losses.Chunk(Math.Max(1, steps)).Select((part, i) => new JsonObject
        {
            ["step"] = i * steps + part.Length,
            ["loss"] = Math.Round(part.Average(), 5),
        })];
    }
}
