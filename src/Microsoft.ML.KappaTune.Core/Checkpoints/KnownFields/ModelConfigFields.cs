namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of <c>config.json</c>, by family.</summary>
internal static class ModelConfigFields
{
    private const string PlainModel = "Use a model that was saved without it.";

    /// <summary>What transformers writes for every family, and what only training or generation with it reads.</summary>
    private static readonly string[] Common =
    [
        // Where the model comes from and how it was saved.
        "_name_or_path", "transformers_version", "torch_dtype", "dtype", "auto_map", "custom_pipelines", "finetuning_task",
        "task_specific_params", "_commit_hash", "_attn_implementation", "_attn_implementation_autoset", "attn_implementation",
        // What it says of the tensors is told by the tensors themselves.
        "quantization_config", "quantization",
        // The number of classes is that of the head's outputs; the configuration's is only its default.
        "num_labels", "_num_labels", "label_smoothing",
        // How other programs run it, which changes no score.
        "use_cache", "gradient_checkpointing", "return_dict", "output_attentions", "output_hidden_states", "torchscript", "output_past",
        "use_bfloat16", "tf_legacy_loss", "chunk_size_feed_forward", "cross_attention_hidden_size", "tie_encoder_decoder", "is_cached",
        // Tokens, which the tokenizer's files say.
        "bos_token_id", "eos_token_id", "sep_token_id", "decoder_start_token_id", "cls_token_id", "mask_token_id", "unk_token_id", "prefix",
        // Generation, which an encoder doesn't do.
        "max_length", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups", "diversity_penalty", "temperature",
        "top_k", "top_p", "typical_p", "repetition_penalty", "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size",
        "bad_words_ids", "num_return_sequences", "output_scores", "return_dict_in_generate", "forced_bos_token_id", "forced_eos_token_id",
        "remove_invalid_values", "exponential_decay_length_penalty", "suppress_tokens", "begin_suppress_tokens",
    ];

    /// <summary>What every family's model would have to obey.</summary>
    private static readonly RefusedField[] CommonRefused =
    [
        new("pruned_heads", "attention heads were pruned, which isn't supported", "Use a model with all its heads."),
        new("is_encoder_decoder", "encoder-decoder models aren't supported", "Use an encoder."),
    ];

    /// <summary>BERT, RoBERTa and XLM-RoBERTa.</summary>
    public static readonly FieldTable Bert = new()
    {
        Honoured =
        [
            "model_type", "architectures", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
            "max_position_embeddings", "type_vocab_size", "position_embedding_type", "pad_token_id", "hidden_act", "hidden_dropout_prob",
            "attention_probs_dropout_prob", "classifier_dropout", "layer_norm_eps", "initializer_range", "tie_word_embeddings",
            "is_decoder", "add_cross_attention", "id2label", "label2id", "problem_type", "function_to_apply",
            "sbert_ce_default_activation_function", "tokenizer_class",
        ],
        Harmless =
        [
            .. Common,
            // Of the first multilingual BERT, whose pooler is like any other's.
            "directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type",
            // Of models that were converted from other programs.
            "gelu_approximation", "vocab_path", "model_name", "sentence_transformers",
        ],
        Refused = CommonRefused,
    };

    public static readonly FieldTable DistilBert = new()
    {
        Honoured =
        [
            "model_type", "architectures", "vocab_size", "dim", "n_layers", "n_heads", "hidden_dim", "max_position_embeddings",
            "pad_token_id", "activation", "dropout", "attention_dropout", "seq_classif_dropout", "initializer_range", "tie_word_embeddings",
            "id2label", "label2id", "problem_type", "function_to_apply", "sbert_ce_default_activation_function", "tokenizer_class",
        ],
        // Sinusoidal positions are in the file as a table, which is what is read; the ties are those of masked language models.
        Harmless = [.. Common, "sinusoidal_pos_embds", "qa_dropout", "tie_weights_", "sentence_transformers"],
        Refused = CommonRefused,
    };

    /// <summary>Decoders in the Llama layout.</summary>
    public static readonly FieldTable Llama = new()
    {
        Honoured =
        [
            "model_type", "architectures", "vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
            "head_dim", "intermediate_size", "max_position_embeddings", "rope_theta", "rope_scaling", "rope_parameters", "hidden_act",
            "attention_bias", "mlp_bias", "attention_dropout", "rms_norm_eps", "initializer_range", "tie_word_embeddings", "pad_token_id",
            "bos_token_id", "eos_token_id", "tokenizer_class",
        ],
        // Slices of the products that a run on several devices would make; their sums are the same.
        Harmless = [.. Common, "pretraining_tp", "id2label", "label2id", "problem_type"],
        Refused =
        [
            .. CommonRefused,
            new("partial_rotary_factor", "rotary embeddings of a part of each head aren't supported", PlainModel, "1", "1.0"),
        ],
    };

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

    /// <summary>The table of a model's type; null where models of the type can't be computed with.</summary>
    public static FieldTable? ForType(string? modelType) => modelType switch
    {
        "bert" or "roberta" or "xlm-roberta" => Bert,
        "distilbert" => DistilBert,
        "llama" => Llama,
        _ => null,
    };
}
