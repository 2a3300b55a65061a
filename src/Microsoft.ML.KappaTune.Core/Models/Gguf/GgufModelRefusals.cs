using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// What GGUF files can't say of a model, because a program that reads them takes it to be as it is in the models that were released.
/// </summary>
internal static class GgufModelRefusals
{
    /// <param name="architecture">The one that the model is written as.</param>
    /// <param name="fields">Its configuration.</param>
    /// <exception cref="NotSupportedException">A field says what no file of the architecture can.</exception>
    public static void Check(string architecture, JsonObject fields)
    {
        Require("hidden_act", node => (string?)node == "silu");
        Require("hidden_activation", node => (string?)node == "gelu_pytorch_tanh");
        Require("activation_function", node => (string?)node == "gelu_new");
        Require("norm_topk_prob", node => node.GetValue<bool>() == architecture is "qwen3moe");
        Require("use_sliding_window", node => !node.GetValue<bool>());
        Require("partial_rotary_factor", node => node.GetValue<double>() == 1);
        Require("mlp_only_layers", node => node.AsArray().Count == 0);
        Require("decoder_sparse_step", node => node.GetValue<int>() == 1);
        // Mistral and Mixtral are written as Llama, which has no window.
        Require("sliding_window", node => architecture != "llama" || node.GetValue<int>() >= Whole("max_position_embeddings"));
        Require("scale_attn_weights", node => node.GetValue<bool>());
        Require("scale_attn_by_inverse_layer_idx", node => !node.GetValue<bool>());
        if (architecture is not (GgufGemma.Second or GgufGemma.Third))
            return;
        int divisor = GgufGemma.ScoreDivisor(
            architecture, Whole("num_hidden_layers"), Whole("hidden_size"), Whole("num_attention_heads"), Whole("head_dim"));
        Require("query_pre_attn_scalar", node => node.GetValue<double>() == divisor);
        Require("layer_types", node => node.AsArray().Select((type, layer) =>
            ((string?)type == "sliding_attention") == GgufGemma.HasWindow(architecture, layer)).All(isUsual => isUsual));
        if (architecture != GgufGemma.Third)
            return;
        Require("rope_local_base_freq", node => node.GetValue<double>() == GgufGemma.WindowBase);
        Require("rope_parameters", node => (string?)node["sliding_attention"]?["rope_type"] is null or "default");
        Require("attn_logit_softcapping", _ => false);
        Require("final_logit_softcapping", _ => false);

        int Whole(string field) => fields[field]!.GetValue<int>();

        void Require(string field, Func<JsonNode, bool> isUsual)
        {
            if (fields[field] is { } node && !isUsual(node))
            {
                throw new NotSupportedException(
                    $"A GGUF file of the architecture {architecture} can't say that {field} is {node.ToJsonString()}; "
                    + "save the model as a folder.");
            }
        }
    }
}
