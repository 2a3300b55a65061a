using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.Llama;

/// <summary>
/// What families of Llama's layout share: its modules, their names, and most of the configuration. They say where they differ.
/// </summary>
internal abstract partial class LlamaLayout(string modelType, string className) : DecoderFamily(modelType, className)
{
    private static readonly CheckpointNames Untied = new()
    {
        Prefix = "model",
        Embeddings = "embed_tokens.",
        Roots = ["embed_tokens.", "layers.", "norm."],
        Heads = ["lm_head.", "score."],
        Unused = [],
        Buffers = ["rotary_emb.inv_freq"],
    };

    /// <summary>Where the head is the table of word embeddings, a file may have a copy, or that copy alone.</summary>
    private static readonly CheckpointNames Tied = Untied with
    {
        Unused = ["lm_head."],
        Ties = new Dictionary<string, string> { ["model.embed_tokens.weight"] = "lm_head.weight" },
    };

    protected override string Layers => "layers";

    public override CheckpointNames Names(bool tiesWordEmbeddings) => tiesWordEmbeddings ? Tied : Untied;

    protected override IEnumerable<ModelPart> Below(DecoderConfig config) =>
        [new ModelPart.Embedding(WordEmbeddings, "embed_tokens", config.VocabularySize, config.HiddenSize, config.PadTokenId)];

    protected override IEnumerable<ModelPart> Layer(DecoderConfig config) =>
        [.. AttentionParts(config), .. FeedForwardParts(config), .. NormParts(config)];

    protected override IEnumerable<ModelPart> Above(DecoderConfig config) => [Norm(LastNorm, "norm", config.HiddenSize, config)];

    protected virtual IEnumerable<ModelPart> AttentionParts(DecoderConfig config)
    {
        (long hidden, long queries, long keys) = (config.HiddenSize, config.QuerySize, config.KeySize);
        yield return new ModelPart.Linear(Query, "self_attn.q_proj", hidden, queries, config.AttentionBias);
        yield return new ModelPart.Linear(Key, "self_attn.k_proj", hidden, keys, config.AttentionBias);
        yield return new ModelPart.Linear(Value, "self_attn.v_proj", hidden, keys, config.AttentionBias);
        yield return new ModelPart.Linear(AttentionOutput, "self_attn.o_proj", queries, hidden, config.OutputBias);
        if (!config.NormalisesHeads)
            yield break;
        yield return Norm(QueryNorm, "self_attn.q_norm", config.HeadSize, config);
        yield return Norm(KeyNorm, "self_attn.k_norm", config.HeadSize, config);
    }

    protected virtual IEnumerable<ModelPart> FeedForwardParts(DecoderConfig config)
    {
        (long hidden, long inner) = (config.HiddenSize, config.IntermediateSize);
        yield return new ModelPart.Linear(Gate, "mlp.gate_proj", hidden, inner, config.MlpBias);
        yield return new ModelPart.Linear(Up, "mlp.up_proj", hidden, inner, config.MlpBias);
        yield return new ModelPart.Linear(Down, "mlp.down_proj", inner, hidden, config.MlpBias);
    }

    /// <summary>Those of a layer that are before attention and before the feed-forward network, or behind them.</summary>
    protected virtual IEnumerable<ModelPart> NormParts(DecoderConfig config) =>
    [
        Norm(AttentionNorm, "input_layernorm", config.HiddenSize, config),
        Norm(FeedForwardNorm, "post_attention_layernorm", config.HiddenSize, config),
    ];

    protected static ModelPart Norm(ModuleSlot slot, string name, long size, DecoderConfig config) =>
        new ModelPart.RmsNorm(slot, name, size, config.NormEps, config.NormsAddOne);
}
