using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Qwen;

/// <summary>Qwen2 and Qwen2.5 (Yang et al., arXiv:2407.10671): Llama's layout, with biases of queries, keys and values.</summary>
internal sealed class Qwen2Family() : LlamaLayout("qwen2", "Qwen2")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, .. QwenFields.Windows],
        Harmless = HarmlessInAll,
        Refused = RefusedInAll,
    };

    protected override LlamaDefaults Defaults => QwenFields.Defaults;

    protected override void WriteOwn(DecoderConfig config, JsonObject root) => QwenFields.WriteWindows(config, root);

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) =>
        QwenFields.WithWindows(fields, shared with { AttentionBias = true });
}
