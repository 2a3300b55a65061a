using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Models.Llama;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.DeepSeek;

/// <summary>
/// DeepSeek-V2-Lite (DeepSeek-AI, arXiv:2405.04434) and what is built like it: attention by one short vector a token, and, above some dense
/// layers, mixtures of experts with one that computes for every token.
/// </summary>
internal sealed class DeepSeekV2Family()
    : MixtureLayout("deepseek_v2", "DeepseekV2", ExpertNames.Usual with { Shared = "shared_experts" })
{
    private const string CountOfExperts = "n_routed_experts", CountOfShared = "n_shared_experts", Dense = "first_k_dense_replace",
        Growth = "mscale_all_dim";

    /// <summary>The ε of the short vectors' norms, whatever the configuration says of the others.</summary>
    private const double VectorEps = 1e-6;

    public override FieldTable Fields { get; } = new()
    {
        Honoured =
        [
            .. Shared, AttentionBias, "q_lora_rank", "kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim",
            CountOfExperts, CountOfShared, ChosenField, "moe_intermediate_size", "routed_scaling_factor", Dense,
        ],
        Harmless =
        [
            // Sums and groups that follow from others, groups of experts that a greedy choice doesn't ask for, and the loss that spreads
            // tokens over experts.
            .. HarmlessInMixtures, "qk_head_dim", "n_group", "topk_group", "aux_loss_alpha", "seq_aux", "pretraining_tp", "ep_size",
        ],
        Refused =
        [
            .. RefusedInAll,
            new("topk_method", "choosing groups of experts first isn't supported", "Use a model whose topk_method is greedy.", "greedy"),
            new("scoring_func", "routers whose logits don't become probabilities by softmax aren't supported",
                "Use a model whose scoring_func is softmax.", "softmax"),
            // The model's own code scales the weights then, that of transformers doesn't.
            new("norm_topk_prob", "weights that are scaled to a sum of 1 aren't supported", "Use a model whose norm_topk_prob is false."),
            new("moe_layer_freq", "dense layers between mixtures aren't supported", "Use a model whose moe_layer_freq is 1.", "1"),
            new(MlpBias, "biases of feed-forward networks aren't supported", "Use a model whose mlp_bias is false."),
        ],
    };

    protected override LlamaDefaults Defaults { get; } = new();

    protected override IEnumerable<ModelPart> AttentionParts(DecoderConfig config)
    {
        LatentConfig latent = config.Latent!;
        (long hidden, int heads, bool bias) = (config.HiddenSize, config.HeadCount, config.AttentionBias);
        long queries = (long)heads * (latent.PlainSize + latent.TurnedSize);
        if (latent.QueryRank is { } rank)
        {
            yield return Linear(QueryDown, "q_a_proj", hidden, rank, bias);
            yield return new ModelPart.RmsNorm(QueryNorm, "self_attn.q_a_layernorm", rank, VectorEps);
            yield return Linear(Query, "q_b_proj", rank, queries);
        }
        else
        {
            yield return Linear(Query, "q_proj", hidden, queries);
        }

        yield return Linear(KeyValueDown, "kv_a_proj_with_mqa", hidden, latent.Rank + latent.TurnedSize, bias);
        yield return new ModelPart.RmsNorm(KeyNorm, "self_attn.kv_a_layernorm", latent.Rank, VectorEps);
        yield return Linear(KeyValueUp, "kv_b_proj", latent.Rank, (long)heads * (latent.PlainSize + latent.ValueSize));
        yield return Linear(AttentionOutput, "o_proj", (long)heads * latent.ValueSize, hidden, bias);
    }

    protected override void WriteOwn(DecoderConfig config, JsonObject root)
    {
        (LatentConfig latent, ExpertConfig experts) = (config.Latent!, config.Experts!);
        if (latent.Growth is { } growth && root["rope_scaling"] is JsonObject scaling)
            scaling[Growth] = growth;
        root["q_lora_rank"] = latent.QueryRank;
        root["kv_lora_rank"] = latent.Rank;
        root["qk_nope_head_dim"] = latent.PlainSize;
        root["qk_rope_head_dim"] = latent.TurnedSize;
        root["v_head_dim"] = latent.ValueSize;
        root[CountOfExperts] = experts.Count;
        root[CountOfShared] = experts.SharedSize > 0 ? experts.SharedSize / experts.IntermediateSize : null;
        root[ChosenField] = experts.ChosenCount;
        root["moe_intermediate_size"] = experts.IntermediateSize;
        root["routed_scaling_factor"] = experts.Scale;
        root["norm_topk_prob"] = false;
        root["topk_method"] = "greedy";
        root["scoring_func"] = "softmax";
        root[Dense] = experts.DenseLayers.Count;
        root["moe_layer_freq"] = 1;
    }

    protected override DecoderConfig ReadOwn(ConfigFields fields, DecoderConfig shared)
    {
        (double? growth, double sharpness) = ReadSharpness(fields);
        var latent = new LatentConfig
        {
            Rank = fields.Count("kv_lora_rank", 512),
            QueryRank = fields.IsNull("q_lora_rank") ? null : fields.Count("q_lora_rank", 1536),
            PlainSize = fields.Count("qk_nope_head_dim", 128),
            TurnedSize = fields.Count("qk_rope_head_dim", 64),
            ValueSize = fields.Count("v_head_dim", 128),
            Growth = growth,
            Sharpness = sharpness,
        };
        if (latent.TurnedSize % 2 != 0)
            throw fields.Fault("qk_rope_head_dim", "it isn't even, but rotary embeddings turn pairs of values", JsonFile.Remedy);
        if (shared.KeyValueHeadCount != shared.HeadCount)
            throw fields.Fault("num_key_value_heads", "it isn't num_attention_heads, but each head has a key of its own", JsonFile.Remedy);
        (int count, int chosen) = ReadCounts(fields, 64, 6, CountOfExperts);
        int size = fields.Count("moe_intermediate_size", 1407, int.MaxValue / ExpertConfig.MaximumCount);
        int sharedCount = fields.IsNull(CountOfShared) ? 0 : fields.Count(CountOfShared, 2, ExpertConfig.MaximumCount);
        return shared with
        {
            // As transformers has it: what is turned is a head, and what isn't is beside it.
            HeadSize = latent.TurnedSize,
            Latent = latent,
            Experts = new()
            {
                Count = count,
                ChosenCount = chosen,
                IntermediateSize = size,
                Renormalises = false,
                Scale = fields.Positive("routed_scaling_factor", 1),
                SharedSize = sharedCount * size,
                DenseLayers = [.. Enumerable.Range(0, Math.Min(fields.Index(Dense, 0, ConfigFields.MaximumLayers + 1), shared.LayerCount))],
            },
        };
    }

    /// <summary>How scores grow where long texts were taught, and by what: docs/decisions/deepseek-scores.md.</summary>
    private static (double? Growth, double Sharpness) ReadSharpness(ConfigFields fields)
    {
        if ((fields.Section("rope_parameters") ?? fields.Section("rope_scaling")) is not { } scaling || !scaling.Has(Growth))
            return (null, 1);
        (double growth, double factor) = (scaling.Positive(Growth), scaling.Positive("factor"));
        return (growth, factor <= 1 ? 1 : 0.1 * growth * Math.Log(factor) + 1);
    }

    private static ModelPart Linear(ModuleSlot slot, string name, long inputs, long outputs, bool hasBias = false) =>
        new ModelPart.Linear(slot, $"self_attn.{name}", inputs, outputs, hasBias);
}
