using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>Qwen3 (Yang et al., arXiv:2505.09388): Llama's layout, in which each head's queries and keys are normalised.</summary>
internal sealed class Qwen3Family() : LlamaLayout("qwen3", "Qwen3")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, "attention_bias"],
        Harmless = [.. HarmlessInAll, "sliding_window", "max_window_layers", "layer_types"],
        Refused = [.. RefusedInAll, QwenFields.SlidingWindow],
    };

    protected override LlamaDefaults Defaults { get; } = QwenFields.Defaults with { HeadSize = 128 };

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        root["attention_bias"] = config.AttentionBias;
        root["use_sliding_window"] = false;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        bool bias = fields.Flag("attention_bias", false);
        return shared with { AttentionBias = bias, OutputBias = bias, NormalisesHeads = true };
    }
}
