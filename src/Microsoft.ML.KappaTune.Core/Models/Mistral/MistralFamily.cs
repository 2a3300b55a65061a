using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Mistral;

/// <summary>Mistral (Jiang et al., arXiv:2310.06825): Llama's layout, in which a token may see only the last ones before it.</summary>
internal sealed class MistralFamily() : LlamaLayout("mistral", "Mistral")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, "sliding_window"],
        Harmless = HarmlessInAll,
        Refused = RefusedInAll,
    };

    protected override LlamaDefaults Defaults { get; } = new() { IntermediateSize = 14336, KeyValueHeadCount = 8, MaxTokens = 131072 };

    protected override void WriteOwn(DecoderConfig config, JsonObject root) => root["sliding_window"] = config.SlidingWindow;

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) =>
        shared with { SlidingWindow = fields.IsNull("sliding_window") ? null : fields.Count("sliding_window", 4096) };
}
