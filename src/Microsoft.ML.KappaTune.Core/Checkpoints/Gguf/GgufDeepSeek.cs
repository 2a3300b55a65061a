using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>
/// What the architecture deepseek2 says of a model. It is that of DeepSeek-V2 and V3; a choice of V3's, and of the largest V2's, is written
/// into the configuration all the same, so that whoever computes with a model refuses it, and a scan doesn't.
/// </summary>
internal static class GgufDeepSeek
{
    private const string Keys = "attn_k_b", Values = "attn_v_b", Both = "attn_kv_b";

    /// <summary>Layers of the one V2 that chooses groups of experts first, which older files don't say.</summary>
    private const int LayersOfLargest = 60;

    public static void Write(GgufSizes sizes, JsonObject root)
    {
        // Newer files have the sizes of what they store, and those of the model beside them.
        int turned = sizes.Count("rope.dimension_count"), dense = sizes.FindWhole("leading_dense_block_count") ?? 0;
        int keys = sizes.FindCount("attention.key_length_mla") ?? sizes.Count("attention.key_length");
        if (keys <= turned)
            throw sizes.Refuse("rope.dimension_count", $"it is {turned}, and a head's keys have {keys} values, turned ones included");
        root["hidden_size"] = sizes.HiddenSize;
        root["num_hidden_layers"] = sizes.LayerCount;
        root["num_attention_heads"] = sizes.HeadCount;
        root["num_key_value_heads"] = sizes.HeadCount;
        root["head_dim"] = turned;
        root["qk_rope_head_dim"] = turned;
        root["qk_nope_head_dim"] = keys - turned;
        root["v_head_dim"] = sizes.FindCount("attention.value_length_mla") ?? sizes.Count("attention.value_length");
        root["q_lora_rank"] = sizes.FindCount("attention.q_lora_rank");
        root["kv_lora_rank"] = sizes.Count("attention.kv_lora_rank");
        root["intermediate_size"] = sizes.Count("feed_forward_length");
        root["max_position_embeddings"] = sizes.Count("context_length");
        root["rms_norm_eps"] = sizes.Number("attention.layer_norm_rms_epsilon");
        root["rope_theta"] = sizes.FindNumber("rope.freq_base") ?? 10000;
        root["rope_scaling"] = Scaling(sizes);
        WriteExperts(sizes, root, dense);
        sizes.WriteTokens(root);
    }

    private static JsonObject? Scaling(GgufSizes sizes)
    {
        JsonObject? scaling = GgufRotary.Scaling(sizes);
        if ((string?)scaling?["rope_type"] != "yarn")
            return scaling;
        scaling!["beta_fast"] = sizes.FindNumber("rope.scaling.yarn_beta_fast") ?? 32;
        scaling["beta_slow"] = sizes.FindNumber("rope.scaling.yarn_beta_slow") ?? 1;
        if (sizes.FindNumber("rope.scaling.yarn_log_multiplier") is > 0 and var tenth)
        {
            // The file has one of the two, which are the same in every released model.
            double growth = Math.Round(10 * tenth, 6);
            scaling["mscale"] = growth;
            scaling["mscale_all_dim"] = growth;
        }

        return scaling;
    }

    private static void WriteExperts(GgufSizes sizes, JsonObject root, int dense)
    {
        root["first_k_dense_replace"] = dense;
        root["n_routed_experts"] = sizes.Count("expert_count");
        root["num_experts_per_tok"] = sizes.Count("expert_used_count");
        root["n_shared_experts"] = sizes.FindWhole("expert_shared_count") is > 0 and var shared ? shared : null;
        root["moe_intermediate_size"] =
            sizes.FindCount("expert_feed_forward_length") ?? sizes.Rows($"blk.{dense}.ffn_gate_exps.weight", dimension: 1);
        root["routed_scaling_factor"] = sizes.FindNumber("expert_weights_scale") is { } scale and not 0 ? scale : 1.0;
        root["norm_topk_prob"] = sizes.FindFlag("expert_weights_norm") ?? false;
        root["scoring_func"] = sizes.FindWhole("expert_gating_func") switch
        {
            // 0 is what files say that are older than the key.
            null or 0 or 1 => "softmax",
            2 => "sigmoid",
            var other => $"number {other}",
        };
        int groups = sizes.FindWhole("expert_group_count") ?? (sizes.LayerCount == LayersOfLargest ? 2 : 1);
        root["topk_method"] = groups > 1 ? "group_limited_greedy" : "greedy";
    }

    /// <summary>
    /// What newer files store as two tensors, of keys and of values, is one in transformers: the names of the one of values and of both,
    /// where this is the one of keys; null for others.
    /// </summary>
    public static (string Values, string Both)? PairOf(string stored)
    {
        (string? layer, string module, string end) = GgufNames.Split(stored);
        return layer is not null && module == Keys
            ? ($"{GgufNames.Layer}{layer}.{Values}{end}", $"{GgufNames.Layer}{layer}.{Both}{end}")
            : null;
    }
}
