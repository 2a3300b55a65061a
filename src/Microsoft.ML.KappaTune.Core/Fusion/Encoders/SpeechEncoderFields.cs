namespace Microsoft.ML.KappaTune.Fusion;

/// <summary>The fields of the files of pre-trained encoders of speech.</summary>
internal static class SpeechEncoderFields
{
    /// <summary>What only a head, a decoder, training or generation reads.</summary>
    private static readonly string[] Beside =
    [
        .. ModelConfigFields.Common, "architectures", "vocab_size", "pad_token_id", "is_encoder_decoder", "is_decoder", "initializer_range",
        "id2label", "label2id", "tie_word_embeddings", "use_weighted_layer_sum", "classifier_proj_size", "problem_type",
        // Dropout and masks of training, which an encoder here has none of.
        "attention_dropout", "activation_dropout", "layerdrop", "apply_spec_augment", "mask_time_prob", "mask_time_length",
        "mask_time_min_masks", "mask_feature_prob", "mask_feature_length", "mask_feature_min_masks",
    ];

    private static readonly RefusedField[] Refused =
    [
        new("pruned_heads", "attention heads were pruned, which isn't supported", "Use a model with all its heads."),
    ];

    public static readonly FieldTable Whisper = new()
    {
        Honoured =
        [
            "model_type", "d_model", "encoder_layers", "encoder_attention_heads", "encoder_ffn_dim", "activation_function", "num_mel_bins",
            "max_source_positions",
        ],
        Harmless =
        [
            .. Beside, "num_hidden_layers", "dropout", "encoder_layerdrop", "init_std", "scale_embedding",
            "decoder_layers", "decoder_attention_heads", "decoder_ffn_dim", "decoder_layerdrop", "max_target_positions",
            "median_filter_width", "forced_decoder_ids", "begin_suppress_tokens", "suppress_tokens", "alignment_heads", "is_multilingual",
        ],
        Refused = Refused,
    };

    public static readonly FieldTable Wav2Vec2 = new()
    {
        Honoured =
        [
            "model_type", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act", "layer_norm_eps",
            "feat_extract_norm", "feat_extract_activation", "conv_dim", "conv_kernel", "conv_stride", "conv_bias",
            "num_conv_pos_embeddings", "num_conv_pos_embedding_groups", "do_stable_layer_norm",
        ],
        Harmless =
        [
            // The first is the number of the convolutions' sizes; the others are of dropout, of what is learnt from, and of heads.
            .. Beside, "num_feat_extract_layers", "hidden_dropout", "hidden_dropout_prob", "feat_proj_dropout", "feat_extract_dropout",
            "feat_quantizer_dropout", "final_dropout", "num_codevectors_per_group", "num_codevector_groups", "codevector_dim",
            "contrastive_logits_temperature", "num_negatives", "proj_codevector_dim", "diversity_loss_weight", "ctc_loss_reduction",
            "ctc_zero_infinity", "tdnn_dim", "tdnn_kernel", "tdnn_dilation", "xvector_output_dim", "freeze_feat_extract_train",
            "mask_channel_length", "mask_channel_min_space", "mask_channel_other", "mask_channel_prob", "mask_channel_selection",
            "mask_time_min_space", "mask_time_other", "mask_time_selection", "no_mask_channel_overlap", "no_mask_time_overlap",
            "adapter_kernel_size", "adapter_stride", "num_adapter_layers", "output_hidden_size",
        ],
        Refused =
        [
            .. Refused,
            new("add_adapter", "it has convolutions behind its layers, which aren't supported", "Use a model without them."),
            new("adapter_attn_dim", "it has adapters of languages in its layers, which aren't supported", "Use a model without them."),
        ],
    };

    public static readonly FieldTable WhisperSound = new()
    {
        Honoured = ["feature_extractor_type", "feature_size", "sampling_rate", "hop_length", "n_fft"],
        // Sound isn't padded to the length of a chunk unless that is asked for; the filters are those of the other fields.
        Harmless =
        [
            "chunk_length", "n_samples", "nb_max_frames", "padding_side", "return_attention_mask", "processor_class", "mel_filters",
            "_processor_class", "auto_map",
        ],
        Refused =
        [
            new("feature_extractor_type", "its frames aren't made as Whisper's", "Use a model with Whisper's.", "WhisperFeatureExtractor"),
            new("padding_value", "sound is padded with zeros here", "Use a model that pads with 0.", "0", "0.0"),
            new("dither", "noise is added to the sound, which isn't supported", "Set it to 0.", "0", "0.0"),
            new("do_normalize", "samples are normalised, which isn't supported for Whisper", "Use a model that doesn't.", "false"),
        ],
    };

    public static readonly FieldTable Wav2Vec2Sound = new()
    {
        Honoured = ["feature_extractor_type", "feature_size", "sampling_rate", "do_normalize"],
        Harmless = ["padding_side", "padding_value", "return_attention_mask", "processor_class", "_processor_class", "auto_map"],
        Refused =
        [
            new(
                "feature_extractor_type", "its frames aren't samples as wav2vec2's", "Use a model with wav2vec2's.",
                "Wav2Vec2FeatureExtractor"),
            new("feature_size", "samples of several channels aren't supported", "Use a model of one channel.", "1"),
        ],
    };
}
