namespace Microsoft.ML.KappaTune.Models;

/// <summary>The names of the Llama layout: modules of the decoder without prefix, those of a layer below its path.</summary>
internal static class DecoderNames
{
    public const string WordEmbeddings = "embed_tokens";
    public const string Query = "self_attn.q_proj";
    public const string Key = "self_attn.k_proj";
    public const string Value = "self_attn.v_proj";
    public const string AttentionOutput = "self_attn.o_proj";
    public const string AttentionNorm = "input_layernorm";
    public const string Gate = "mlp.gate_proj";
    public const string Up = "mlp.up_proj";
    public const string Down = "mlp.down_proj";
    public const string FeedForwardNorm = "post_attention_layernorm";
    public const string LastNorm = "norm";
    public const string Head = "lm_head";

    private static readonly ModelNames Untied = new()
    {
        ModelType = "llama",
        ClassName = "Llama",
        Prefix = "model",
        Embeddings = $"{WordEmbeddings}.",
        WordEmbeddings = WordEmbeddings,
        Roots = [$"{WordEmbeddings}.", "layers.", $"{LastNorm}."],
        Heads = [$"{Head}.", "score."],
        Unused = ["score."],
        Buffers = ["rotary_emb.inv_freq"],
    };

    /// <summary>Where the head is the table of word embeddings, a file may have a copy, or that copy alone.</summary>
    private static readonly ModelNames Tied = Untied with
    {
        Unused = [.. Untied.Unused, $"{Head}."],
        Ties = new Dictionary<string, string> { [$"{Untied.Prefix}.{WordEmbeddings}.weight"] = $"{Head}.weight" },
    };

    public static ModelNames Of(bool tiesWordEmbeddings) => tiesWordEmbeddings ? Tied : Untied;

    /// <summary>The path of a layer, without the prefix.</summary>
    public static string Layer(int index) => $"layers.{index}";
}
