namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// What modules do, by their names. The names of <see cref="ModelFamilies"/> are listed by these families, with their roles. A checkpoint
/// of any other family can be scanned too, so the names that are common elsewhere are here: of ELECTRA, ALBERT, DeBERTa, ModernBERT, MPNet,
/// XLNet; BART, Whisper and CLIP; ViT and Swin; Qwen, OLMoE, Mixtral, DeepSeek; GPT-2; GPT-NeoX, BLOOM, Falcon; Phi, OPT; T5.
/// </summary>
internal static class ModuleRoles
{
    /// <summary>Modules that hold a head, whatever is in them.</summary>
    private static readonly string[] Heads =
    [
        "lm_head", "classifier", "classification_head", "sop_classifier", "predictions", "discriminator_predictions",
        "generator_predictions", "lm_predictions", "mask_predictions", "entity_predictions", "start_logits", "end_logits", "answer_class",
        "sequence_summary", "pred_layer",
    ];

    /// <summary>The end of a module's name, whole segments, to its role.</summary>
    private static readonly (string End, TensorRole Role)[] Common =
    [
        .. Rows(TensorRole.Router,
            "mlp.gate", "block_sparse_moe.gate", "feed_forward.gate", "shared_expert_gate", "router", "router.layer", "router.classifier"),
        .. Rows(TensorRole.Head,
            "embed_out", "score", "qa_outputs", "seq_relationship", "generator_lm_head", "lm_loss", "logits_proj", "proj_out",
            "text_projection", "visual_projection", "head", "decoder"),
        .. Rows(TensorRole.Query,
            "self.query", "attention.query", "self.query_global", "query_proj", "q_lin", "q_proj", "q_a_proj", "q_b_proj", "attn.q",
            "rel_attn.q", "SelfAttention.q", "EncDecAttention.q"),
        .. Rows(TensorRole.Key,
            "self.key", "attention.key", "self.key_global", "key_proj", "k_lin", "k_proj", "attn.k", "rel_attn.k", "SelfAttention.k",
            "EncDecAttention.k"),
        .. Rows(TensorRole.Value,
            "self.value", "attention.value", "self.value_global", "value_proj", "v_lin", "v_proj", "attn.v", "rel_attn.v",
            "SelfAttention.v", "EncDecAttention.v"),
        .. Rows(TensorRole.KeyValue, "kv_a_proj_with_mqa", "kv_b_proj"),
        .. Rows(TensorRole.QueryKeyValue,
            "attn.c_attn", "query_key_value", "qkv_proj", "Wqkv", "self.in_proj", "attn.in_proj_weight", "self_attn.in_proj_weight"),
        .. Rows(TensorRole.AttentionOutput,
            "out_lin", "o_proj", "attn.out_proj", "self_attn.out_proj", "encoder_attn.out_proj", "attention.out_proj", "attn.c_proj",
            "attention.dense", "self_attention.dense", "self_attn.dense", "attn.Wo", "attn.o", "rel_attn.o", "SelfAttention.o",
            "EncDecAttention.o"),
        .. Rows(TensorRole.FeedForwardGate, "gate_proj", "w1", "DenseReluDense.wi_0"),
        .. Rows(TensorRole.FeedForwardIn,
            "up_proj", "gate_up_proj", "w3", "mlp.c_fc", "dense_h_to_4h", "fc1", "ff.layer_1", "mlp.Wi", "ffn", "DenseReluDense.wi",
            "DenseReluDense.wi_1"),
        .. Rows(TensorRole.FeedForwardOut,
            "down_proj", "w2", "mlp.c_proj", "dense_4h_to_h", "fc2", "ff.layer_2", "mlp.Wo", "ffn_output", "DenseReluDense.wo"),
        .. Rows(TensorRole.Embedding,
            "embed_tokens", "embed_positions", "wte", "wpe", "embed_in", "shared", "cls_token", "mask_token", "distillation_token",
            "codevectors"),
    ];

    /// <summary>Tables of words, positions and types: word_embeddings, token_embedding, pos_embed, mask_emb, distance_embedding …</summary>
    private static readonly string[] TableEnds = ["embeddings", "embedding", "embed", "_emb"];

    /// <summary>Tables of relative positions: T5's and MPNet's biases, Swin's table, SAM's rows and columns.</summary>
    private static readonly string[] RelativePositions = ["relative_", "rel_pos"];

    /// <summary>What makes Swin's relative positions in its second version: not a table, but in its place.</summary>
    private const string PositionBias = "continuous_position_bias_mlp";

    /// <summary>All ends, the longest first, so that the first that fits says most.</summary>
    private static readonly (string End, TensorRole Role)[] Modules =
        [.. ModelFamilies.All.SelectMany(family => family.Roles).Concat(Common).Distinct().OrderByDescending(row => row.Item1.Length)];

    /// <param name="module">The module's name, without that of its parameter.</param>
    public static TensorRole Find(ReadOnlySpan<char> module)
    {
        ReadOnlySpan<char> leaf = module[(module.LastIndexOf('.') + 1)..];
        TensorRole role = RoleByEnd(module);
        return role == TensorRole.Router ? role
            : IsInHead(module) ? TensorRole.Head
            : IsTable(module, leaf) ? TensorRole.Embedding
            : role;
    }

    private static TensorRole RoleByEnd(ReadOnlySpan<char> module)
    {
        foreach ((string end, TensorRole role) in Modules)
        {
            if (module.EndsWith(end, StringComparison.Ordinal) && (module.Length == end.Length || module[^(end.Length + 1)] == '.'))
                return role;
        }

        return TensorRole.Other;
    }

    private static bool IsInHead(ReadOnlySpan<char> module)
    {
        string[] segments = module.ToString().Split('.');
        return segments[0] == "head" || segments.Any(Heads.Contains);
    }

    private static bool IsTable(ReadOnlySpan<char> module, ReadOnlySpan<char> leaf)
    {
        foreach (string end in TableEnds)
        {
            if (leaf.EndsWith(end, StringComparison.Ordinal))
                return true;
        }

        foreach (string start in RelativePositions)
        {
            if (leaf.StartsWith(start, StringComparison.Ordinal))
                return true;
        }

        return module.Contains(PositionBias, StringComparison.Ordinal);
    }

    private static IEnumerable<(string End, TensorRole Role)> Rows(TensorRole role, params string[] ends) =>
        ends.Select(end => (end, role));
}
