using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.KappaTune.Pretraining;

/// <summary>A report as <c>pretraining.json</c>, format 1.</summary>
internal static class PretrainingJson
{
    // Enough points for a curve.
    private const int MaximumLosses = 500;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    public static string ToJson(PretrainingReport report) => JsonSerializer.Serialize(
        new
        {
            Format = 1,
            Kind = "pretraining",
            Options = PretrainingOptionsText.Fields(report.Options).ToDictionary(field => field.Name, field => field.Value),
            Corpus = Describe(report.Corpus) with { Tokens = report.CorpusTokens },
            Vocabulary = report.VocabularySize,
            report.Parameters,
            report.Steps,
            report.TokensSeen,
            Seconds = Math.Round(report.Time.TotalSeconds, 3),
            report.Device,
            report.Threads,
            HeldOut = report.HeldOut is not { } text ? null : Describe(text) with
            {
                Windows = report.HeldOutWindows,
                Guesses = report.HeldOutGuesses,
                Points = report.Measured,
            },
            Losses = Losses(report.Losses),
        },
        Options);

    private static Text Describe(TextCorpus text) => new(text.Name, text.Bytes, text.Hash, text.Lines.Count);

    /// <summary>Means over as many steps as make a curve of it, each with the last of its steps.</summary>
    private static IEnumerable<object> Losses(IReadOnlyList<float> losses)
    {
        int steps = (losses.Count + MaximumLosses - 1) / MaximumLosses;
        return losses.Chunk(Math.Max(1, steps))
            .Select((part, i) => new { Step = i * steps + part.Length, Loss = Math.Round(part.Average(), 5) });
    }

    /// <summary>A text, and what it was used for; what isn't known of it is left out.</summary>
    private sealed record Text(
        string Name, long Bytes, string Sha256, int Lines, int? Tokens = null, int? Windows = null, int? Guesses = null,
        IReadOnlyList<HeldOutResult>? Points = null);
}
