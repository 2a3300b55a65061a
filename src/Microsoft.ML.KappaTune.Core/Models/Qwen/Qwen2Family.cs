using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>Qwen2 and Qwen2.5 (Yang et al., arXiv:2407.10671): Llama's layout, with biases of queries, keys and values.</summary>
internal sealed class Qwen2Family() : QwenLayout("qwen2", "Qwen2")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = HonouredInQwen,
        Harmless = HarmlessInAll,
        Refused = RefusedInAll,
    };

    protected override LlamaDefaults Defaults => Common;

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) =>
        base.ReadOwn(fields, shared) with { AttentionBias = true };
}
