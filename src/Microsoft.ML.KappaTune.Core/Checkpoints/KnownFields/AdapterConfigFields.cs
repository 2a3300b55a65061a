namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of <c>adapter_config.json</c>.</summary>
internal static class AdapterConfigFields
{
    public const string FileName = "adapter_config.json";

    /// <summary>The remedy where an adapter is more than its two matrices.</summary>
    public const string OtherAdapter = "Use a plain LoRA adapter, or merge this one in Python and use the model that results.";

    private const string Convert =
        "Convert it to a plain LoRA adapter in Python: PEFT's save_pretrained can, with path_initial_model_for_weight_conversion.";

    public static readonly FieldTable Fields = new()
    {
        Honoured =
        [
            "peft_type", "task_type", "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "rank_pattern", "alpha_pattern",
            "target_modules", "target_parameters", "exclude_modules", "layers_to_transform", "layers_pattern", "modules_to_save", "bias",
            "base_model_name_or_path", "ensure_weight_tying",
            // How the adapter of an expert's stack is laid out.
            "peft_version",
        ],
        Harmless =
        [
            // Where it comes from.
            "auto_mapping", "revision", "inference_mode", "runtime_config", "ephemeral_gpu_offload",
            // How training began or went on; the matrices say what came of it.
            "eva_config", "corda_config", "loftq_config", "lora_ga_config", "megatron_config", "megatron_core", "kasa_config",
            // Settings of methods that have a field of their own, which is refused.
            "qalora_group_size", "arrow_config", "velora_config", "monteclora_config",
            // Of matrices that are stored transposed, as GPT-2's: which those are, the base model says.
            "fan_in_fan_out",
        ],
        Refused =
        [
            new("use_qalora", "QALoRA can't be read", OtherAdapter),
            new("use_bdlora", "BD-LoRA can't be read", OtherAdapter),
            new("lora_bias", "a bias in adapters can't be read", OtherAdapter),
            new("trainable_token_indices", "trained tokens can't be read", OtherAdapter),
            new("layer_replication", "replicated layers can't be read", OtherAdapter),
            new("alora_invocation_tokens", "aLoRA can't be read", OtherAdapter),
            // These begin with the base model's weights as they are; the others take a part out of them.
            new(
                "init_lora_weights", "such adapters begin by changing the base model's weights", Convert,
                "true", "false", "gaussian", "eva", "orthogonal"),
        ],
    };
}
