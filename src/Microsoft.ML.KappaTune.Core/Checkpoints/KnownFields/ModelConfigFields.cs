namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of <c>config.json</c> that aren't a family's own.</summary>
internal static class ModelConfigFields
{
    /// <summary>What transformers writes for every family, and what only training or generation with it reads.</summary>
    public static readonly string[] Common =
    [
        // Where the model comes from and how it was saved.
        "_name_or_path", "transformers_version", "torch_dtype", "dtype", "auto_map", "custom_pipelines", "finetuning_task",
        "task_specific_params", "_commit_hash", "_attn_implementation", "_attn_implementation_autoset", "attn_implementation",
        "transformers.js_config",
        // What trainers wrote of SmolLM2, and what the larger ones of Gemma 2 have a second time.
        "is_llama_config", "sliding_window_size",
        // They have fields of their own.
        .. QuantizationFields.Objects,
        // The number of classes is that of the head's outputs; the configuration's is only its default.
        "num_labels", "_num_labels", "label_smoothing",
        // How other programs run it, which changes no score.
        "use_cache", "gradient_checkpointing", "return_dict", "output_attentions", "output_hidden_states", "torchscript", "output_past",
        "use_bfloat16", "tf_legacy_loss", "chunk_size_feed_forward", "cross_attention_hidden_size", "tie_encoder_decoder", "is_cached",
        // Tokens, which the tokenizer's files say.
        "bos_token_id", "eos_token_id", "sep_token_id", "decoder_start_token_id", "cls_token_id", "mask_token_id", "unk_token_id", "prefix",
        // Generation, which an encoder doesn't do; whoever generates reads these where there is no generation_config.json.
        .. GenerationConfigFields.InModelConfig,
        "max_length", "early_stopping", "num_beam_groups", "diversity_penalty", "length_penalty", "encoder_no_repeat_ngram_size",
        "output_scores", "return_dict_in_generate", "remove_invalid_values",
    ];

    /// <summary>What every family's model would have to obey.</summary>
    public static readonly RefusedField[] CommonRefused =
    [
        new("pruned_heads", "attention heads were pruned, which isn't supported", "Use a model with all its heads."),
        new("is_encoder_decoder", "encoder-decoder models aren't supported", "Use an encoder or a decoder."),
        new(
            "rope_interleaved", "rotary embeddings that turn neighbouring values aren't supported",
            "Convert the model with transformers, which puts the rows of queries and keys in order."),
        new("use_mrope", "positions in pictures aren't supported", "Use a model whose use_mrope is false."),
    ];

    /// <summary>What a classifier's scores would have to obey beside its tensors.</summary>
    public static readonly FieldTable ClassifierHead = new()
    {
        Honoured = [],
        Refused =
        [
            new(
                "problem_type", "its outputs aren't probabilities of classes of which each text has one",
                "Use a model of problem_type single_label_classification: neither several labels a text nor regression can be scored.",
                "single_label_classification"),
            new(
                "function_to_apply", "scores here are the softmax of the outputs", "Use a classifier whose function_to_apply is softmax.",
                "softmax"),
            new(
                "sbert_ce_default_activation_function", "scores here are the softmax of the outputs",
                "Use a classifier of classes of which each text has one.",
                "torch.nn.modules.linear.Identity", "torch.nn.modules.activation.Softmax"),
        ],
    };
}
