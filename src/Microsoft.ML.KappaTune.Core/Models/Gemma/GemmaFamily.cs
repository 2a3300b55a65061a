using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;
using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Gemma;

/// <summary>The first Gemma (Gemma Team, arXiv:2403.08295).</summary>
internal sealed class GemmaFamily() : GemmaLayout("gemma", "Gemma")
{
    private const string OldActivationField = "hidden_act";

    public override FieldTable Fields { get; } = new()
    {
        Honoured = HonouredInGemma,
        Harmless = HarmlessInGemma,
        Refused = RefusedInGemma,
    };

    protected override LlamaDefaults Defaults => First;

    /// <summary>
    /// The first files have "gelu" in the older field, and nothing in the other, though the models were trained with its approximation.
    /// </summary>
    protected override string ReadActivation(ConfigFields fields)
    {
        string old = fields.Text(OldActivationField, null) is { } name and not "gelu" ? name : TanhGelu;
        return Activation.Read(fields, fields.Has(ActivationField) || old == TanhGelu ? ActivationField : OldActivationField, TanhGelu);
    }

    protected override void WriteOwn(DecoderConfig config, JsonObject root) => root[OldActivationField] = config.Activation;
}
