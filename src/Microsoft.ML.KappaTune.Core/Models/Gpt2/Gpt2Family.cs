using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.Gpt2;

/// <summary>
/// GPT-2 (Radford et al., 2019): vectors of positions, layer norms, one matrix of queries, keys and values. Matrices are stored transposed.
/// </summary>
internal sealed partial class Gpt2Family() : DecoderFamily("gpt2", "GPT2")
{
    private static readonly CheckpointNames Untied = new()
    {
        Prefix = "transformer",
        // wte and wpe.
        Embeddings = "w",
        Roots = ["wte.", "wpe.", "h.", "ln_f."],
        Heads = ["lm_head.", "score.", "multiple_choice_head."],
        Unused = ["multiple_choice_head."],
        // What a token sees.
        Buffers = [".attn.bias", ".attn.masked_bias"],
    };

    private static readonly CheckpointNames Tied = Untied with
    {
        Unused = [.. Untied.Unused, "lm_head."],
        Ties = new Dictionary<string, string> { ["transformer.wte.weight"] = "lm_head.weight" },
    };

    protected override string Layers => "h";

    public override CheckpointNames Names(bool tiesWordEmbeddings) => tiesWordEmbeddings ? Tied : Untied;

    public override string ClassOf(ModelTask task) =>
        task == ModelTask.CausalLanguageModeling ? $"{ClassName}LMHeadModel" : base.ClassOf(task);

    protected override IEnumerable<ModelPart> Below(DecoderConfig config) =>
    [
        new ModelPart.Embedding(WordEmbeddings, "wte", config.VocabularySize, config.HiddenSize),
        new ModelPart.Embedding(PositionEmbeddings, "wpe", config.MaxTokens, config.HiddenSize),
    ];

    protected override IEnumerable<ModelPart> Layer(DecoderConfig config)
    {
        (long hidden, long inner) = (config.HiddenSize, config.IntermediateSize);
        return
        [
            new ModelPart.LayerNorm(AttentionNorm, "ln_1", hidden, config.NormEps),
            new ModelPart.TransposedLinear(QueryKeyValue, "attn.c_attn", hidden, 3 * hidden),
            new ModelPart.TransposedLinear(AttentionOutput, "attn.c_proj", hidden, hidden),
            new ModelPart.LayerNorm(FeedForwardNorm, "ln_2", hidden, config.NormEps),
            new ModelPart.TransposedLinear(Up, "mlp.c_fc", hidden, inner),
            new ModelPart.TransposedLinear(Down, "mlp.c_proj", inner, hidden),
        ];
    }

    protected override IEnumerable<ModelPart> Above(DecoderConfig config) =>
        [new ModelPart.LayerNorm(LastNorm, "ln_f", config.HiddenSize, config.NormEps)];
}
