using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.Phi;

/// <summary>
/// Phi-3, 3.5 and 4-mini (Abdin et al., arXiv:2404.14219): Llama's layout, in which queries, keys and values are one matrix, and so are
/// gate and up.
/// </summary>
internal sealed class Phi3Family() : LlamaLayout("phi3", "Phi3")
{
    private const string Dropout = "resid_pdrop", Window = "sliding_window";

    public override FieldTable Fields { get; } = new()
    {
        Honoured = [.. Shared, Window, Dropout],
        // No version of transformers drops embeddings of these models.
        Harmless = [.. HarmlessInAll, "embd_pdrop"],
        Refused =
        [
            .. RefusedInAll, WithBias(AttentionBias), WithBias(MlpBias), WithBias("lm_head_bias"),
            new("full_attn_mod", "layers of other kinds aren't supported", "Use a model whose full_attn_mod is 1.", "1"),
            new("interpolate_factor", "interpolated positions aren't supported", "Use a model whose interpolate_factor is 1.", "1"),
        ],
    };

    protected override LlamaDefaults Defaults { get; } = new()
    {
        VocabularySize = 32064,
        HiddenSize = 3072,
        IntermediateSize = 8192,
        MaxTokens = 4096,
        TrainedTokens = 4096,
        NormEps = 1e-5,
        PadTokenId = 32000,
        EndTokenId = 32000,
    };

    protected override IEnumerable<ModelPart> AttentionParts(DecoderConfig config) =>
    [
        new ModelPart.Linear(
            QueryKeyValue, "self_attn.qkv_proj", config.HiddenSize, config.QuerySize + 2 * config.KeySize, HasBias: false),
        new ModelPart.Linear(AttentionOutput, "self_attn.o_proj", config.QuerySize, config.HiddenSize, HasBias: false),
    ];

    protected override IEnumerable<ModelPart> FeedForwardParts(DecoderConfig config) =>
    [
        new ModelPart.Linear(GateAndUp, "mlp.gate_up_proj", config.HiddenSize, 2L * config.IntermediateSize, HasBias: false),
        new ModelPart.Linear(Down, "mlp.down_proj", config.IntermediateSize, config.HiddenSize, HasBias: false),
    ];

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        root[Window] = config.SlidingWindow;
        root[Dropout] = config.HiddenDropout;
        root["embd_pdrop"] = 0.0;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared) => shared with
    {
        SlidingWindow = fields.Has(Window) ? fields.Count(Window) : null,
        HiddenDropout = fields.Probability(Dropout, 0),
    };

    private static RefusedField WithBias(string name) =>
        new(name, "biases of these models aren't supported", $"Use a model whose {name} is false.");
}
