using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Fusion;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.Speech;

/// <summary>Everything that decides what a run on speech computes, by name.</summary>
internal static class SpeechIdentity
{
    public static SortedDictionary<string, string> Create(
        SpeechRequest request, TuningBase baseModel, string fingerprint, bool isBFloat16)
    {
        SortedDictionary<string, string> identity = TuningIdentity.Create(
            request, fingerprint, baseModel.Config, ModelTask.CausalLanguageModeling, baseModel.Files, isBFloat16);
        AddFusion(identity, request.Fusion);
        identity["the encoder's first weights"] = request.Encoder is { } encoder ? HashOf(encoder) : "random";
        identity["the encoder model"] = IdentityOf(request.Fusion.EncoderModel);
        Checkpoint checkpoint = baseModel.Checkpoint;
        identity["the base model's encoder"] =
            FusionFiles.AreOf(checkpoint) ? HashOf(Path.Combine(checkpoint.Folder, FusionFiles.WeightsFile)) : "none";
        // Otherwise how transcripts are written only watches.
        if (request.Options.EarlyStopping?.Metric == ValidationMetric.WordErrorRate)
            identity[nameof(request.Writing)] = JsonSerializer.Serialize(request.Writing);
        identity["the training rows"] = HashOf(request.Train);
        identity["the validation rows"] = request.Validation is { } rows ? HashOf(rows) : "none";
        return identity;
    }

    /// <summary>Adds the options of encoder and projector.</summary>
    public static void AddFusion(SortedDictionary<string, string> identity, FusionOptions fusion)
    {
        foreach (OptionInfo option in OptionInfo.AllOf(typeof(FusionOptions)).Where(option => option.IsInIdentity))
            identity[$"{nameof(SpeechRequest.Fusion)}.{option.Name}"] = TuningIdentity.Text(option.ValueIn(fusion));
    }

    /// <summary>A hash of recordings and transcripts.</summary>
    public static string HashOf(IReadOnlyList<SpeechExample> rows) => TuningIdentity.Hash(hash =>
    {
        foreach (SpeechExample row in rows)
        {
            TuningIdentity.Add(hash, row.Transcript);
            hash.AppendData(BitConverter.GetBytes(row.Frames.Size));
            hash.AppendData(BitConverter.GetBytes(row.Frames.Count));
            hash.AppendData(MemoryMarshal.AsBytes(row.Frames.Values));
        }
    });

    private static string IdentityOf(string? encoderModel)
    {
        if (encoderModel is null)
            return "none";
        using var read = SpeechEncoderModel.Open(encoderModel);
        return TuningIdentity.Hash(hash => TuningIdentity.Add(hash, read.Identity));
    }

    private static string HashOf(string file) => Convert.ToHexString(FileHash.Compute(file).AsSpan(0, 16));
}
