using Microsoft.ML.KappaTune.Models.Llama;

namespace Microsoft.ML.KappaTune.Models.Gemma;

/// <summary>Gemma 2 (Gemma Team, arXiv:2408.00118), in which every other layer has a window.</summary>
internal sealed class Gemma2Family() : CappedGemmaLayout("gemma2", "Gemma2", scoreCap: 50, logitCap: 30)
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = HonouredInCapped,
        Harmless = HarmlessInGemma,
        Refused = RefusedInGemma,
    };

    protected override LlamaDefaults Defaults => Second;

    protected override Func<int, bool> WindowRule(ConfigFields fields) => layer => layer % 2 == 0;
}
