namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of what says how weights are quantised: an object of <c>config.json</c>, or a file of its own.</summary>
internal static class QuantizationFields
{
    /// <summary>The objects of <c>config.json</c>, the newest first.</summary>
    public static readonly string[] Objects = ["quantization_config", "quantization", "compression_config"];

    /// <summary>The files that older tools write beside the weights, and the methods that they are of.</summary>
    public static readonly (string Name, string Method)[] Files = [("quantize_config.json", "gptq"), ("quant_config.json", "awq")];

    private const string Remedy = "Take the model in float32, float16 or bfloat16, or quantised in another way.";

    public static readonly FieldTable Fields = new()
    {
        Honoured =
        [
            "quant_method", "bits", "w_bit", "group_size", "q_group_size", "desc_act", "checkpoint_format", "format", "is_marlin_format",
            "version", "weight_block_size",
        ],
        Harmless =
        [
            // Which modules are quantised, with how many bits and which tables, is told by the tensors themselves; where these don't fit
            // what is read of the other fields, they are refused.
            "load_in_4bit", "load_in_8bit", "_load_in_4bit", "_load_in_8bit", "bnb_4bit_quant_type", "bnb_4bit_use_double_quant",
            "bnb_4bit_quant_storage", "llm_int8_skip_modules", "llm_int8_has_fp16_weight", "modules_to_not_convert", "ignored_layers",
            "ignore", "lm_head", "dynamic", "modules_in_block_to_quantize", "block_name_to_quantize", "sym", "zero_point", "pack_dtype",
            "fmt", "config_groups", "quantization_status", "sparsity_config", "global_compression_ratio",
            // How other programs compute with them: here it is done with the values of the weights, in the model's own type.
            "bnb_4bit_compute_dtype", "llm_int8_threshold", "llm_int8_enable_fp32_cpu_offload", "activation_scheme",
            "activation_scale_ub", "kv_cache_scheme", "use_exllama", "disable_exllama", "exllama_config", "use_cuda_fp16", "backend",
            "do_fuse", "fuse_max_seq_len", "modules_to_fuse", "dequantize", "run_compressed", "max_input_length",
            // How they were made.
            "damp_percent", "damp_auto_increment", "static_groups", "true_sequential", "mse", "dataset", "tokenizer", "batch_size",
            "model_seqlen", "model_name_or_path", "model_file_base_name", "module_name_preceding_first_block", "cache_block_outputs",
            "pad_token_id", "meta",
        ],
        Refused =
        [
            new("adapter", "an adapter of its own corrects what the codes lost, which isn't supported", Remedy),
            new("rotation", "the states are rotated before they meet the weights, which isn't supported", Remedy),
            new("transform_config", "the states are transformed before they meet the weights, which isn't supported", Remedy),
        ],
    };

    /// <summary>The unknown fields of a <c>config.json</c>'s object, with its name.</summary>
    public static IEnumerable<string> UnknownIn(JsonElement config) => Objects
        .Where(name => config.TryGetProperty(name, out JsonElement settings) && settings.ValueKind == JsonValueKind.Object)
        .SelectMany(name => Fields.Unknown(config.GetProperty(name)).Select(field => $"{name}.{field}"));
}
