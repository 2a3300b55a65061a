using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>Qwen3 (Yang et al., arXiv:2505.09388): Llama's layout, in which each head's queries and keys are normalised.</summary>
internal sealed class Qwen3Family() : QwenLayout("qwen3", "Qwen3")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. HonouredInQwen, AttentionBias],
        Harmless = HarmlessInAll,
        Refused = RefusedInAll,
    };

    protected override LlamaDefaults Defaults { get; } = Common with { HeadSize = 128 };

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) =>
        base.ReadOwn(fields, shared) with { NormalisesHeads = true };
}
