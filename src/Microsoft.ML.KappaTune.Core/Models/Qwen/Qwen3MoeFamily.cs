using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>
/// Qwen3's mixtures of experts (Yang et al., arXiv:2505.09388): its attention, and no expert that computes for every token.
/// </summary>
internal sealed class Qwen3MoeFamily() : QwenMixtureLayout("qwen3_moe", "Qwen3Moe", ExpertNames.Usual, 128, 8, 768)
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. SharedByMixtures, "attention_bias"],
        Harmless = HarmlessInQwen,
        Refused = [.. RefusedInAll, QwenFields.SlidingWindow],
    };

    protected override LlamaDefaults Defaults { get; } = QwenFields.Defaults with
    {
        HiddenSize = 2048,
        IntermediateSize = 6144,
        LayerCount = 24,
        KeyValueHeadCount = 4,
    };

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        base.WriteOwn(config, root);
        root["attention_bias"] = config.AttentionBias;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        bool bias = fields.Flag("attention_bias", false);
        return base.ReadOwn(fields, shared) with { AttentionBias = bias, OutputBias = bias, NormalisesHeads = true };
    }
}
