using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.Olmoe;

/// <summary>
/// OLMoE (Muennighoff et al., arXiv:2409.02060): mixtures of many small experts, and attention whose queries and keys are normalised before
/// they are split into heads.
/// </summary>
internal sealed class OlmoeFamily() : MixtureLayout("olmoe", "Olmoe", ExpertNames.Usual)
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, AttentionBias, "clip_qkv", "norm_topk_prob", CountField, LocalCountField, ChosenField],
        Harmless = HarmlessInMixtures,
        Refused = RefusedInAll,
    };

    protected override LlamaDefaults Defaults { get; } = new()
    {
        VocabularySize = 50304,
        HiddenSize = 2048,
        IntermediateSize = 2048,
        LayerCount = 16,
        HeadCount = 16,
        MaxTokens = 4096,
        NormEps = 1e-5,
        PadTokenId = 1,
        BeginTokenId = null,
        EndTokenId = 50279,
    };

    protected override IEnumerable<ModelPart> AttentionParts(DecoderConfig config) =>
    [
        .. base.AttentionParts(config),
        Norm(QueryNorm, "self_attn.q_norm", config.QuerySize, config),
        Norm(KeyNorm, "self_attn.k_norm", config.KeySize, config),
    ];

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        root["clip_qkv"] = config.LargestProjection;
        root[CountField] = config.Experts!.Count;
        root[ChosenField] = config.Experts.ChosenCount;
        root["norm_topk_prob"] = config.Experts.Renormalises;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        (int count, int chosen) = ReadCounts(fields, 64, 8, CountField, LocalCountField);
        return shared with
        {
            NormalisesProjections = true,
            LargestProjection = fields.Has("clip_qkv") ? fields.Positive("clip_qkv") : null,
            Experts = new()
            {
                Count = count,
                ChosenCount = chosen,
                IntermediateSize = shared.IntermediateSize,
                Renormalises = fields.Flag("norm_topk_prob", false),
            },
        };
    }
}
