namespace Microsoft.ML.KappaTune.Models.Llama;

/// <summary>Llama 1 to 3 (Touvron et al., arXiv:2302.13971; Grattafiori et al., arXiv:2407.21783).</summary>
internal sealed class LlamaFamily() : LlamaLayout("llama", "Llama")
{
    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, AttentionBias, MlpBias],
        // Slices of the products that a run on several devices would make; their sums are the same.
        Harmless = [.. HarmlessInAll, "pretraining_tp"],
        Refused = RefusedInAll,
    };

    protected override LlamaDefaults Defaults { get; } = new();
}
