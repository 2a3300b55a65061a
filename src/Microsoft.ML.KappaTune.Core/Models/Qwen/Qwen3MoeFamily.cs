using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>
/// Qwen3's mixtures of experts (Yang et al., arXiv:2505.09388): its attention, and no expert that computes for every token.
/// </summary>
internal sealed class Qwen3MoeFamily() : QwenMixtureLayout("qwen3_moe", "Qwen3Moe", ExpertNames.Usual, 128, 8, 768)
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. SharedByMixtures, AttentionBias],
        Harmless = HarmlessInQwen,
        Refused = RefusedInQwen,
    };

    protected override LlamaDefaults Defaults { get; } = QwenLayout.Common with
    {
        HiddenSize = 2048,
        IntermediateSize = 6144,
        LayerCount = 24,
        KeyValueHeadCount = 4,
    };

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) =>
        base.ReadOwn(fields, shared) with { NormalisesHeads = true };
}
