namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of <c>generation_config.json</c>: how a decoder writes, which no score here depends on.</summary>
internal static class GenerationConfigFields
{
    public const string FileName = "generation_config.json";

    public static readonly FieldTable Fields = new()
    {
        Honoured = [],
        Harmless =
        [
            "_from_model_config", "transformers_version", "bos_token_id", "eos_token_id", "pad_token_id", "decoder_start_token_id",
            "forced_bos_token_id", "forced_eos_token_id", "max_length", "max_new_tokens", "min_length", "min_new_tokens", "max_time",
            "early_stopping", "stop_strings", "do_sample", "num_beams", "num_beam_groups", "diversity_penalty", "penalty_alpha",
            "temperature", "top_k", "top_p", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff", "repetition_penalty",
            "encoder_repetition_penalty", "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "bad_words_ids",
            "sequence_bias", "suppress_tokens", "begin_suppress_tokens", "guidance_scale", "watermarking_config", "token_healing",
            "exponential_decay_length_penalty", "remove_invalid_values", "renormalize_logits", "num_return_sequences", "use_cache",
            "cache_implementation", "cache_config", "return_legacy_cache", "output_attentions", "output_hidden_states", "output_scores",
            "output_logits", "return_dict_in_generate", "prompt_lookup_num_tokens", "assistant_early_exit", "is_assistant",
            "num_assistant_tokens", "num_assistant_tokens_schedule", "assistant_confidence_threshold", "constraints", "force_words_ids",
            "compile_config", "disable_compile", "chat_format", "max_window_size", "trust_remote_code",
        ],
    };
}
