using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>Qwen3 (Yang et al., arXiv:2505.09388): Llama's layout, in which each head's queries and keys are normalised.</summary>
internal sealed class Qwen3Family() : LlamaLayout("qwen3", "Qwen3")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, .. QwenFields.Windows, "attention_bias"],
        Harmless = HarmlessInAll,
        Refused = RefusedInAll,
    };

    protected override LlamaDefaults Defaults { get; } = QwenFields.Defaults with { HeadSize = 128 };

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        root["attention_bias"] = config.AttentionBias;
        QwenFields.WriteWindows(config, root);
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        bool bias = fields.Flag("attention_bias", false);
        return QwenFields.WithWindows(fields, shared with { AttentionBias = bias, OutputBias = bias, NormalisesHeads = true });
    }
}
