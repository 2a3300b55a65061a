using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models.Llama;

/// <summary>Llama 1 to 3 (Touvron et al., arXiv:2302.13971; Grattafiori et al., arXiv:2407.21783).</summary>
internal sealed class LlamaFamily() : LlamaLayout("llama", "Llama")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, "attention_bias", "mlp_bias"],
        // Slices of the products that a run on several devices would make; their sums are the same.
        Harmless = [.. HarmlessInAll, "pretraining_tp"],
        Refused = RefusedInAll,
    };

    protected override LlamaDefaults Defaults { get; } = new();

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        root["attention_bias"] = config.AttentionBias;
        root["mlp_bias"] = config.MlpBias;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        bool attentionBias = fields.Flag("attention_bias", false);
        return shared with { AttentionBias = attentionBias, OutputBias = attentionBias, MlpBias = fields.Flag("mlp_bias", false) };
    }
}
