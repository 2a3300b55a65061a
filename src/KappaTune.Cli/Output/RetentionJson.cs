using System.Text.Json;
using Microsoft.ML.KappaTune;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Retention;
using Microsoft.ML.KappaTune.Selection;
using Microsoft.ML.KappaTune.Spectra;

namespace KappaTune.Cli.Output;

/// <summary>A measurement of retention as JSON, schema 1.</summary>
internal static class RetentionJson
{
    public static string Write(Checkpoint baseModel, string tunedModel, RetentionSettings settings, RetentionReport[] texts) =>
        JsonSerializer.Serialize(
            new RetentionDocument(
                Schema: 1, baseModel.Path, ModelFingerprint.Compute(baseModel), tunedModel, settings.MaxWindows, settings.WindowTokens,
                settings.MaskedShare, settings.PairsAtOnce, texts),
            MatrixJson.Options) + "\n";

    private sealed record RetentionDocument(
        int Schema, string BaseModel, string BaseFingerprint, string TunedModel, int MaxWindows, int WindowTokens, double MaskedShare,
        int PairsAtOnce, RetentionReport[] Texts);
}
