using System.Globalization;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>What a tensor's name tells: its role, and the numbers of its layer and expert where it has them.</summary>
internal readonly record struct TensorName(TensorRole Role, int? Layer, int? Expert)
{
    /// <summary>The lists of layers that a number follows.</summary>
    private static readonly string[] LayerLists = ["layers", "layer", "h", "block", "blocks"];

    private const string ExpertList = "experts";

    /// <summary>
    /// The end of the module's name, whole segments, to its role; the first row that fits counts. Families:
    /// BERT and RoBERTa; DistilBERT; Llama, Qwen, OLMoE, Mixtral, DeepSeek; GPT-2; GPT-NeoX, BLOOM, Falcon; Phi, OPT; T5.
    /// </summary>
    private static readonly (string End, TensorRole Role)[] Modules =
    [
        .. Rows(TensorRole.Query, "self.query", "q_lin", "q_proj", "q_a_proj", "q_b_proj", "SelfAttention.q", "EncDecAttention.q"),
        .. Rows(TensorRole.Key, "self.key", "k_lin", "k_proj", "SelfAttention.k", "EncDecAttention.k"),
        .. Rows(TensorRole.Value, "self.value", "v_lin", "v_proj", "SelfAttention.v", "EncDecAttention.v"),
        .. Rows(TensorRole.KeyValue, "kv_a_proj_with_mqa", "kv_b_proj"),
        .. Rows(TensorRole.QueryKeyValue, "attn.c_attn", "query_key_value", "qkv_proj", "Wqkv"),
        .. Rows(TensorRole.AttentionOutput,
            "attention.output.dense", "out_lin", "o_proj", "attn.out_proj", "attn.c_proj", "attention.dense", "self_attention.dense",
            "self_attn.dense", "SelfAttention.o", "EncDecAttention.o"),
        .. Rows(TensorRole.Router,
            "mlp.gate", "block_sparse_moe.gate", "feed_forward.gate", "shared_expert_gate", "router", "router.layer"),
        .. Rows(TensorRole.FeedForwardGate, "gate_proj", "w1", "DenseReluDense.wi_0"),
        .. Rows(TensorRole.FeedForwardIn,
            "intermediate.dense", "ffn.lin1", "up_proj", "gate_up_proj", "w3", "mlp.c_fc", "dense_h_to_4h", "fc1", "DenseReluDense.wi",
            "DenseReluDense.wi_1"),
        .. Rows(TensorRole.FeedForwardOut,
            "output.dense", "ffn.lin2", "down_proj", "w2", "mlp.c_proj", "dense_4h_to_h", "fc2", "DenseReluDense.wo"),
        .. Rows(TensorRole.Embedding,
            "word_embeddings", "position_embeddings", "token_type_embeddings", "embed_tokens", "embed_positions", "wte", "wpe", "embed_in",
            "shared", "relative_attention_bias"),
        .. Rows(TensorRole.Head,
            "lm_head", "lm_head.dense", "lm_head.decoder", "embed_out", "score", "qa_outputs", "classifier", "classifier.dense",
            "classifier.out_proj", "pre_classifier", "predictions.transform.dense", "predictions.decoder", "seq_relationship",
            "vocab_transform", "vocab_projector"),
    ];

    /// <summary>Reads a name; the rank tells a convolution's kernel from a matrix.</summary>
    public static TensorName Parse(string name, int rank)
    {
        string[] segments = name.Split('.');
        return new(RoleOf(name, segments, rank), NumberAfter(segments, LayerLists), NumberAfter(segments, ExpertList));
    }

    /// <summary>
    /// Whether a tensor of rank 3 is a stack of matrices, one an expert. The other tensors of rank 3 in use are the kernels
    /// of one-dimensional convolutions, and those say so.
    /// </summary>
    public static bool IsExpertStack(string name, int rank) =>
        rank == 3 && !MentionsConvolution(name) && !name.EndsWith("bias", StringComparison.Ordinal);

    private static TensorRole RoleOf(string name, string[] segments, int rank)
    {
        bool isBias = name.EndsWith("bias", StringComparison.Ordinal) && !name.EndsWith("relative_attention_bias", StringComparison.Ordinal)
            || segments[^1] == "beta";
        bool endsInParameter = segments.Length > 1 && segments[^1] is "weight" or "bias" or "gamma" or "beta";
        ReadOnlySpan<char> module = endsInParameter ? name.AsSpan(0, name.Length - segments[^1].Length - 1) : name;
        if (IsNorm(module[(module.LastIndexOf('.') + 1)..]))
            return TensorRole.Norm;
        if (isBias)
            return TensorRole.Bias;
        if (rank >= 3 && MentionsConvolution(name) || rank >= 4)
            return TensorRole.Convolution;

        TensorRole role = TensorRole.Other;
        foreach ((string end, TensorRole itsRole) in Modules)
        {
            if (module.EndsWith(end, StringComparison.Ordinal) && (module.Length == end.Length || module[^(end.Length + 1)] == '.'))
            {
                role = itsRole;
                break;
            }
        }

        return !segments.Contains(ExpertList) ? role : role switch
        {
            TensorRole.FeedForwardIn => TensorRole.ExpertIn,
            TensorRole.FeedForwardGate => TensorRole.ExpertGate,
            TensorRole.FeedForwardOut => TensorRole.ExpertOut,
            _ => role,
        };
    }

    /// <summary>LayerNorm, input_layernorm, q_norm, sa_layer_norm, ln_1, ln_f, bn1, norm …</summary>
    private static bool IsNorm(ReadOnlySpan<char> segment) =>
        segment.Contains("norm", StringComparison.OrdinalIgnoreCase)
        || segment.StartsWith("ln_", StringComparison.Ordinal)
        || segment is "ln" or "ln1" or "ln2" or "bn" or "bn1" or "bn2" or "bn3";

    private static bool MentionsConvolution(string name) => name.Contains("conv", StringComparison.OrdinalIgnoreCase);

    private static int? NumberAfter(string[] segments, params ReadOnlySpan<string> lists)
    {
        for (int i = 0; i + 1 < segments.Length; i++)
        {
            if (lists.Contains(segments[i])
                && int.TryParse(segments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                return number;
            }
        }

        return null;
    }

    private static IEnumerable<(string End, TensorRole Role)> Rows(TensorRole role, params string[] ends) =>
        ends.Select(end => (end, role));
}
