using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Models;

namespace Microsoft.ML.KappaTune.Tests.Models;

public sealed class MixtureConfigTests
{
    [Theory]
    [InlineData("mixtral", 8, 2, 14336, true, 0)]
    [InlineData("olmoe", 64, 8, 2048, false, 0)]
    [InlineData("qwen2_moe", 60, 4, 1408, false, 5632)]
    [InlineData("qwen3_moe", 128, 8, 768, false, 0)]
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
    public void A_wrong_field_is_refused_by_name(string type, string fields, string field)
    {
        var error = Assert.Throws<CheckpointFormatException>(() => Parse($$"""{"model_type":"{{type}}",{{fields}}}"""));
        Assert.Equal(("here", field), (error.File, error.Field));
        Assert.NotEmpty(error.Remedy);
    }

    private static DecoderConfig Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return DecoderConfig.Read(new ConfigFields(new("here", "", document.RootElement.Clone())));
    }
}
