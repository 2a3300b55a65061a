using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Gemma;

/// <summary>
/// Gemma 2 (Gemma Team, arXiv:2408.00118): norms behind attention and feed-forward networks as well, caps of scores and logits, a window in
/// every other layer.
/// </summary>
internal sealed class Gemma2Family() : GemmaLayout("gemma2", "Gemma2")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. HonouredInGemma, .. GemmaScores.Fields, "layer_types"],
        Harmless = HarmlessInGemma,
        Refused = RefusedInGemma,
    };

    protected override LlamaDefaults Defaults { get; } =
        First with { HiddenSize = 2304, IntermediateSize = 9216, LayerCount = 26, HeadCount = 8, KeyValueHeadCount = 4 };

    protected override IEnumerable<ModelPart> NormParts(DecoderConfig config) => NormsOnBothSides(config);

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        GemmaScores.Write(config, root);
        root["layer_types"] = LayerTypes(config);
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) => WithWindows(
        fields, GemmaScores.Read(fields, base.ReadOwn(fields, shared), scoreCap: 50, logitCap: 30), GemmaScores.Window(fields),
        layer => layer % 2 == 0);
}
