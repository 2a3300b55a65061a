using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The fields of a configuration as the keys of a GGUF file.</summary>
internal static class GgufModelMetadata
{
    private static readonly (string Field, string Key)[] Counts =
    [
        ("num_hidden_layers", "block_count"), ("n_layer", "block_count"), ("max_position_embeddings", "context_length"),
        ("n_positions", "context_length"), ("hidden_size", "embedding_length"), ("n_embd", "embedding_length"),
        ("intermediate_size", "feed_forward_length"), ("n_inner", "feed_forward_length"),
        ("num_attention_heads", "attention.head_count"), ("n_head", "attention.head_count"),
        ("num_key_value_heads", "attention.head_count_kv"), ("head_dim", "attention.key_length"), ("head_dim", "attention.value_length"),
        ("head_dim", "rope.dimension_count"), ("vocab_size", "vocab_size"), ("num_experts", "expert_count"),
        ("num_local_experts", "expert_count"), ("num_experts_per_tok", "expert_used_count"),
        ("moe_intermediate_size", "expert_feed_forward_length"),
        ("shared_expert_intermediate_size", "expert_shared_feed_forward_length"),
    ];

    private static readonly (string Field, string Key)[] Numbers =
    [
        ("rms_norm_eps", "attention.layer_norm_rms_epsilon"), ("layer_norm_epsilon", "attention.layer_norm_epsilon"),
        ("rope_theta", "rope.freq_base"), ("attn_logit_softcapping", "attn_logit_softcapping"),
        ("final_logit_softcapping", "final_logit_softcapping"), ("clip_qkv", "attention.clamp_kqv"),
    ];

    /// <exception cref="NotSupportedException">A field says what no file of the architecture can.</exception>
    public static IEnumerable<KeyValuePair<string, object>> Of(string architecture, JsonObject fields, GgufType type)
    {
        const uint Quantisation = 2;
        yield return new(GgufMetadata.ArchitectureKey, architecture);
        yield return new("general.type", "model");
        yield return new("general.file_type", type == GgufType.F32 ? 0u : type == GgufType.F16 ? 1u : 7u);
        if (type.CodeBits is not null)
            yield return new("general.quantization_version", Quantisation);
        GgufModelRefusals.Check(architecture, fields);
        foreach ((string field, string key) in Counts)
        {
            if (fields[field] is { } value)
                yield return new($"{architecture}.{key}", (uint)CountOf(field, value.GetValue<int>(), architecture, fields));
        }

        foreach ((string field, string key) in Numbers)
        {
            if (fields[field] is { } value)
                yield return new($"{architecture}.{key}", (float)value.GetValue<double>());
        }

        if (HasWindow(architecture) && fields["sliding_window"] is { } window)
            yield return new($"{architecture}.attention.sliding_window", (uint)window.GetValue<int>());
        foreach ((string key, object value) in Scaling(architecture, fields))
            yield return new($"{architecture}.{key}", value);
    }

    /// <summary>The tensors that say how rotary embeddings are stretched; none where metadata say it.</summary>
    public static IEnumerable<GgufSource> Factors(DecoderConfig config)
    {
        switch (config.RotaryScaling)
        {
            case RotaryScaling.Llama3Scaling scaling:
                double[] plain = RotaryScaling.Unscaled(config.HeadSize, config.RotaryBase);
                double[] stretched = scaling.Frequencies(config.HeadSize, config.RotaryBase, lengthClass: 0);
                yield return Stored(GgufRotary.Factors, plain.Zip(stretched, (before, after) => before / after));
                break;
            case RotaryScaling.LongRopeScaling scaling:
                yield return Stored(GgufRotary.LongFactors, scaling.LongFactors);
                yield return Stored(GgufRotary.ShortFactors, scaling.ShortFactors);
                break;
        }

        static GgufSource Stored(string tensor, IEnumerable<double> values)
        {
            float[] factors = [.. values.Select(value => (float)value)];
            return new(tensor, GgufType.F32, [factors.Length], stream => stream.Write(MemoryMarshal.AsBytes<float>(factors)));
        }
    }

    /// <summary>
    /// Llama's architecture has no window: texts that aren't longer than Mistral's don't need it, so that it is the longest text there.
    /// </summary>
    private static int CountOf(string field, int count, string architecture, JsonObject fields) =>
        field == "max_position_embeddings" && architecture == "llama" && fields["sliding_window"] is { } window
            ? Math.Min(count, window.GetValue<int>())
            : count;

    private static bool HasWindow(string architecture) =>
        architecture == "phi3" || architecture.StartsWith("gemma", StringComparison.Ordinal);

    private static IEnumerable<KeyValuePair<string, object>> Scaling(string architecture, JsonObject fields)
    {
        const string Type = "rope.scaling.type";
        var scaling = fields["rope_scaling"] as JsonObject;
        switch ((string?)(scaling?["rope_type"] ?? scaling?["type"]))
        {
            case null or "default" or "llama3":
                yield break;
            case "linear":
                yield return new(Type, "linear");
                yield return new("rope.scaling.factor", (float)scaling!["factor"]!.GetValue<double>());
                yield break;
            case RotaryScaling.LongRopeScaling.Kind when architecture == "phi3":
                int trained = fields["original_max_position_embeddings"]!.GetValue<int>();
                double longer = (double)fields["max_position_embeddings"]!.GetValue<int>() / trained;
                var longRope = new RotaryScaling.LongRopeScaling(longer, trained, (double?)scaling!["attention_factor"])
                {
                    ShortFactors = [],
                    LongFactors = [],
                };
                yield return new("rope.scaling.original_context_length", (uint)trained);
                yield return new("rope.scaling.attn_factor", (float)longRope.Magnitude);
                yield break;
            case var other:
                throw new NotSupportedException(
                    $"Rotary embeddings of the kind {other} aren't written as GGUF; save the model as a folder.");
        }
    }
}
