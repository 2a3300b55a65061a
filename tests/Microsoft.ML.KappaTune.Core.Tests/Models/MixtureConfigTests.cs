using Microsoft.ML.KappaTune.Models;
using static Microsoft.ML.KappaTune.Tests.Models.DecoderConfigTests;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class MixtureConfigTests
{
    [Theory]
    [InlineData("mixtral", 8, 2, 14336, true, 0)]
    [InlineData("olmoe", 64, 8, 2048, false, 0)]
    [InlineData("qwen2_moe", 60, 4, 1408, false, 5632)]
    [InlineData("qwen3_moe", 128, 8, 768, false, 0)]
    [InlineData("deepseek_v2", 64, 6, 1407, false, 2814)]
    public void Defaults_are_the_familys(string type, int count, int chosen, int size, bool renormalises, int shared)
    {
        DecoderConfig config = Parse($$"""{"model_type":"{{type}}"}""");
        ExpertConfig expected = new()
        {
            Count = count,
            ChosenCount = chosen,
            IntermediateSize = size,
            Renormalises = renormalises,
            SharedSize = shared,
        };
        Assert.Equivalent(expected, config.Experts, strict: true);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(""" "decoder_sparse_step":3 """, "0,1,3,4")]
    [InlineData(""" "mlp_only_layers":[0,5,77] """, "0,5")]
    [InlineData(""" "decoder_sparse_step":3,"mlp_only_layers":[2] """, "0,1,2,3,4")]
    [InlineData(""" "mlp_only_layers":null """, "")]
    public void Dense_layers_are_between_the_mixtures_and_where_the_file_names_them(string fields, string dense)
    {
        foreach (string type in (string[])["qwen2_moe", "qwen3_moe"])
        {
            string separator = fields.Length > 0 ? "," : "";
            DecoderConfig config = Parse($$"""{"model_type":"{{type}}","num_hidden_layers":6{{separator}}{{fields}}}""");
            Assert.Equal(dense, string.Join(',', config.Experts!.DenseLayers));
            string[] names = [.. config.Parameters([]).Select(plan => plan.Name)];
            for (int layer = 0; layer < 6; layer++)
            {
                bool isDense = config.Experts.DenseLayers.Contains(layer);
                Assert.Equal(isDense, names.Contains($"model.layers.{layer}.mlp.up_proj.weight"));
                Assert.Equal(!isDense, names.Contains($"model.layers.{layer}.mlp.experts.59.up_proj.weight"));
                Assert.Equal(!isDense, names.Contains($"model.layers.{layer}.mlp.gate.weight"));
                Assert.Equal(!isDense && type == "qwen2_moe", names.Contains($"model.layers.{layer}.mlp.shared_expert_gate.weight"));
            }
        }
    }

    [Theory]
    [InlineData(""" "num_experts":6 """)]
    [InlineData(""" "num_local_experts":6 """)]
    [InlineData(""" "num_experts":6,"num_local_experts":6 """)]
    public void Both_names_of_the_number_of_experts_are_read(string fields)
    {
        foreach (string type in (string[])["mixtral", "olmoe", "qwen2_moe", "qwen3_moe"])
            Assert.Equal(6, Parse($$"""{"model_type":"{{type}}","num_experts_per_tok":1,{{fields}}}""").Experts!.Count);
    }

    [Theory]
    [InlineData("mixtral", """ "num_local_experts":2,"num_experts_per_tok":3 """, "num_experts_per_tok")]
    [InlineData("mixtral", """ "num_local_experts":4,"num_experts":5 """, "num_experts")]
    [InlineData("mixtral", """ "num_local_experts":1025 """, "num_local_experts")]
    [InlineData("mixtral", """ "num_experts_per_tok":0 """, "num_experts_per_tok")]
    [InlineData("mixtral", """ "router_jitter_noise":0.1 """, "router_jitter_noise")]
    [InlineData("mixtral", """ "sliding_window":0 """, "sliding_window")]
    [InlineData("olmoe", """ "clip_qkv":0 """, "clip_qkv")]
    [InlineData("olmoe", """ "norm_topk_prob":1 """, "norm_topk_prob")]
    [InlineData("qwen2_moe", """ "mlp_only_layers":1 """, "mlp_only_layers")]
    [InlineData("qwen2_moe", """ "mlp_only_layers":[-1] """, "mlp_only_layers")]
    [InlineData("qwen2_moe", """ "mlp_only_layers":["0"] """, "mlp_only_layers")]
    [InlineData("qwen2_moe", """ "decoder_sparse_step":0 """, "decoder_sparse_step")]
    [InlineData("qwen2_moe", """ "moe_intermediate_size":0 """, "moe_intermediate_size")]
    [InlineData("qwen2_moe", """ "shared_expert_intermediate_size":0 """, "shared_expert_intermediate_size")]
    [InlineData("qwen2_moe", """ "use_sliding_window":true """, "use_sliding_window")]
    [InlineData("qwen3_moe", """ "use_sliding_window":true """, "use_sliding_window")]
    [InlineData("deepseek_v2", """ "topk_method":"group_limited_greedy" """, "topk_method")]
    [InlineData("deepseek_v2", """ "scoring_func":"sigmoid" """, "scoring_func")]
    [InlineData("deepseek_v2", """ "norm_topk_prob":true """, "norm_topk_prob")]
    [InlineData("deepseek_v2", """ "moe_layer_freq":2 """, "moe_layer_freq")]
    [InlineData("deepseek_v2", """ "qk_rope_head_dim":3 """, "qk_rope_head_dim")]
    [InlineData("deepseek_v2", """ "num_key_value_heads":8 """, "num_key_value_heads")]
    [InlineData("deepseek_v2", """ "first_k_dense_replace":-1 """, "first_k_dense_replace")]
    [InlineData("deepseek_v2", """ "kv_lora_rank":0 """, "kv_lora_rank")]
    [InlineData("deepseek_v2", """ "routed_scaling_factor":0 """, "routed_scaling_factor")]
    public void A_wrong_field_is_refused_by_name(string type, string fields, string field)
    {
        var error = Assert.Throws<CheckpointFormatException>(() => Parse($$"""{"model_type":"{{type}}",{{fields}}}"""));
        Assert.Equal(("here", field), (error.File, error.Field));
        Assert.NotEmpty(error.Remedy);
    }

    /// <summary>The released DeepSeek-V2-Lite: its first layer is dense, its scores are as it was trained with.</summary>
    [Fact]
    public void DeepSeeks_scores_are_those_of_its_training()
    {
        const string Scaling = """
            "rope_scaling":{"type":"yarn","factor":40,"beta_fast":32,"beta_slow":1,"mscale":0.707,"mscale_all_dim":0.707,
                "original_max_position_embeddings":4096}
            """;
        const string Lite = """
            "model_type":"deepseek_v2","hidden_size":2048,"num_attention_heads":16,"num_key_value_heads":16,"num_hidden_layers":27,
            "q_lora_rank":null,"kv_lora_rank":512,"qk_nope_head_dim":128,"qk_rope_head_dim":64,"v_head_dim":128,"n_routed_experts":64,
            "n_shared_experts":2,"num_experts_per_tok":6,"moe_intermediate_size":1408,"first_k_dense_replace":1,"moe_layer_freq":1,
            "max_position_embeddings":163840,"vocab_size":102400,"bos_token_id":100000,"eos_token_id":100001
            """;
        DecoderConfig plain = Parse($$"""{{{Lite}}}"""), config = Parse($$"""{{{Lite}},{{Scaling}}}""");
        Assert.Equal(1 / Math.Sqrt(192), plain.Latent!.ScoreScale, 1e-12);
        Assert.Equal(1.5896 / Math.Sqrt(192), config.Latent!.ScoreScale, 1e-5);
        Assert.Equal(1, config.RotaryScaling!.Magnitude);
        Assert.Equal(config.Latent, Parse(config.ToJson(ModelTask.CausalLanguageModeling)).Latent);
        Assert.Equal([0], config.Experts!.DenseLayers);
        Assert.Equal(2816, config.Experts.SharedSize);
        Dictionary<string, long[]> shapes = config.Parameters([]).ToDictionary(plan => plan.Name, plan => plan.Shape);
        Assert.Equal(26 * 64 * 3, shapes.Keys.Count(name => name.Contains(".experts.", StringComparison.Ordinal)));
        const string Layer = "model.layers.1.self_attn.";
        Assert.Equal([3072, 2048], shapes[$"{Layer}q_proj.weight"]);
        Assert.Equal([576, 2048], shapes[$"{Layer}kv_a_proj_with_mqa.weight"]);
        Assert.Equal([4096, 512], shapes[$"{Layer}kv_b_proj.weight"]);
        Assert.Equal([2048, 2048], shapes[$"{Layer}o_proj.weight"]);
    }
}
