using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>What Qwen's families with mixtures of experts share.</summary>
/// <param name="experts">How checkpoints name the mixtures' parts.</param>
/// <param name="count">Experts of a layer, where a configuration doesn't say.</param>
/// <param name="chosen">Experts that compute for a token, where it doesn't say.</param>
/// <param name="expertSize">Values between an expert's projections, where it doesn't say.</param>
internal abstract class QwenMixtureLayout(
    string modelType, string className, ExpertNames experts, int count, int chosen, int expertSize)
    : MixtureLayout(modelType, className, experts)
{
    /// <summary>What both read.</summary>
    protected static readonly string[] SharedByMixtures =
    [
        .. Shared, CountField, LocalCountField, ChosenField, "moe_intermediate_size", "norm_topk_prob", "decoder_sparse_step",
        "mlp_only_layers",
    ];

    /// <summary>What changes nothing in both: windows count only where they are switched on.</summary>
    protected static readonly string[] HarmlessInQwen = [.. HarmlessInMixtures, "sliding_window", "max_window_layers", "layer_types"];

    /// <summary>No mixture that was released uses windows, and versions of transformers differ in which layers have one then.</summary>
    protected static readonly RefusedField[] RefusedInQwen =
    [
        .. RefusedInAll,
        new(
            "use_sliding_window", "windows in mixtures of experts aren't supported", "Use a model whose use_sliding_window is false."),
    ];

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        ExpertConfig mixtures = config.Experts!;
        root[CountField] = mixtures.Count;
        root[ChosenField] = mixtures.ChosenCount;
        root["moe_intermediate_size"] = mixtures.IntermediateSize;
        root["norm_topk_prob"] = mixtures.Renormalises;
        root["decoder_sparse_step"] = 1;
        root["mlp_only_layers"] = new JsonArray([.. mixtures.DenseLayers.Select(layer => JsonValue.Create(layer))]);
        root["use_sliding_window"] = false;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        (int experts, int perToken) = ReadCounts(fields, count, chosen, CountField, LocalCountField);
        int step = fields.Count("decoder_sparse_step", 1);
        IReadOnlyList<int> dense = fields.Indices("mlp_only_layers", ConfigFields.MaximumLayers);
        return shared with
        {
            Experts = new()
            {
                Count = experts,
                ChosenCount = perToken,
                IntermediateSize = fields.Count("moe_intermediate_size", expertSize),
                Renormalises = fields.Flag("norm_topk_prob", false),
                // Of each so many layers the last is a mixture, but for those that are named.
                DenseLayers =
                    [.. Enumerable.Range(0, shared.LayerCount).Where(layer => (layer + 1) % step != 0 || dense.Contains(layer))],
            },
        };
    }
}
