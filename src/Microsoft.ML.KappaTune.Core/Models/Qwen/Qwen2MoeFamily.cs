using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>
/// Qwen1.5-MoE and Qwen2-57B-A14B (Yang et al., arXiv:2407.10671): Qwen2's attention below mixtures of experts, one of which computes for
/// every token.
/// </summary>
internal sealed class Qwen2MoeFamily() : QwenMixtureLayout(
    "qwen2_moe", "Qwen2Moe", ExpertNames.Usual with { Shared = "shared_expert", SharedWeight = "shared_expert_gate" }, 60, 4, 1408)
{
    private const string SharedSize = "shared_expert_intermediate_size", Bias = "qkv_bias";

    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. SharedByMixtures, SharedSize, Bias],
        Harmless = HarmlessInQwen,
        Refused = [.. RefusedInAll, QwenFields.SlidingWindow],
    };

    protected override LlamaDefaults Defaults { get; } = QwenFields.Defaults with
    {
        HiddenSize = 2048,
        IntermediateSize = 5632,
        LayerCount = 24,
        HeadCount = 16,
        KeyValueHeadCount = 16,
    };

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        base.WriteOwn(config, root);
        root[SharedSize] = config.Experts!.SharedSize;
        root[Bias] = config.AttentionBias;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        DecoderConfig config = base.ReadOwn(fields, shared);
        return config with
        {
            AttentionBias = fields.Flag(Bias, true),
            Experts = config.Experts! with { SharedSize = fields.Count(SharedSize, 5632) },
        };
    }
}
