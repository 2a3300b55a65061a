using System.Runtime.InteropServices;
using Microsoft.ML.KappaTune.Models;
using Microsoft.ML.KappaTune.Training;
using Microsoft.ML.KappaTune.Training.Runs;

namespace Microsoft.ML.KappaTune.Tasks.CausalLm;

/// <summary>Everything that decides what a language model's run computes, by name.</summary>
internal static class LanguageModelIdentity
{
    public static SortedDictionary<string, string> Create(
        LanguageModelRequest request, TuningBase baseModel, string fingerprint, bool isBFloat16)
    {
        SortedDictionary<string, string> identity = TuningIdentity.Create(
            request, fingerprint, baseModel.Config, ModelTask.CausalLanguageModeling, baseModel.Files, isBFloat16);
        identity[nameof(request.CountsPrompts)] = TuningIdentity.Text(request.CountsPrompts);
        identity[nameof(request.AppendsEnd)] = TuningIdentity.Text(request.AppendsEnd);
        identity[nameof(request.Packs)] = TuningIdentity.Text(request.Packs);
        identity[nameof(request.RouterBalance)] = TuningIdentity.Text(request.RouterBalance);
        identity["the training rows"] = HashOf(request.Train);
        identity["the validation rows"] = request.Validation is { } rows ? HashOf(rows) : "none";
        return identity;
    }

    private static string HashOf(IReadOnlyList<LanguageModelExample> rows) => TuningIdentity.Hash(hash =>
    {
        foreach (LanguageModelExample row in rows)
        {
            TuningIdentity.Add(hash, row.Text);
            hash.AppendData(BitConverter.GetBytes(row.PromptLength));
            hash.AppendData(BitConverter.GetBytes(row.Ids?.Count ?? -1));
            hash.AppendData(MemoryMarshal.AsBytes<int>([.. row.Ids ?? []]));
            hash.AppendData([.. (row.Counted ?? []).Select(isCounted => (byte)(isCounted ? 1 : 0))]);
        }
    });
}
