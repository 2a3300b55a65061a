namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of <c>generation_config.json</c>: how a decoder writes, which no score depends on.</summary>
internal static class GenerationConfigFields
{
    public const string FileName = "generation_config.json";

    private const string Remedy = "Take the field out of the file to generate without it.";

    private static readonly string[] Honoured =
    [
        "eos_token_id", "do_sample", "temperature", "top_k", "top_p", "min_p", "repetition_penalty", "max_new_tokens", "stop_strings",
    ];

    private static readonly string[] Harmless =
    [
        "_from_model_config", "transformers_version", "trust_remote_code",
        // A text gets its first token from its tokenizer, and isn't padded.
        "bos_token_id", "pad_token_id", "decoder_start_token_id",
        // The length with the prompt: transformers' default of 20 is in many files, and the context ends a text anyway.
        "max_length",
        // How it is computed, and what is given beside the text.
        "use_cache", "cache_implementation", "cache_config", "return_legacy_cache", "output_attentions", "output_hidden_states",
        "output_scores", "output_logits", "return_dict_in_generate", "prompt_lookup_num_tokens",
        "max_matching_ngram_size", "assistant_early_exit", "is_assistant", "num_assistant_tokens", "num_assistant_tokens_schedule",
        "assistant_confidence_threshold", "assistant_lookbehind", "target_lookbehind", "compile_config", "disable_compile",
        // What counts with beams alone, which are refused; and filters that change nothing of what is drawn.
        "early_stopping", "length_penalty", "num_beam_groups", "diversity_penalty", "remove_invalid_values", "renormalize_logits",
        // Of encoders with decoders, and of other programs.
        "encoder_repetition_penalty", "encoder_no_repeat_ngram_size", "chat_format", "max_window_size",
    ];

    private static readonly RefusedField[] Unsupported =
    [
        new("num_beams", "beam search isn't supported", Remedy, "1"),
        new("num_return_sequences", "several texts at once aren't supported", Remedy, "1"),
        new("max_time", "a limit of time isn't supported", Remedy),
        new("penalty_alpha", "contrastive search isn't supported", Remedy, "0", "0.0"),
        new("min_length", "a least length isn't supported", Remedy, "0"),
        new("min_new_tokens", "a least length isn't supported", Remedy, "0"),
        new("typical_p", "typical sampling isn't supported", Remedy, "1", "1.0"),
        new("epsilon_cutoff", "a cut-off of probabilities isn't supported", Remedy, "0", "0.0"),
        new("eta_cutoff", "a cut-off of probabilities isn't supported", Remedy, "0", "0.0"),
        new("no_repeat_ngram_size", "n-grams that don't repeat aren't supported", Remedy, "0"),
        new("bad_words_ids", "words that may not come aren't supported", Remedy),
        new("force_words_ids", "words that must come aren't supported", Remedy),
        new("constraints", "words that must come aren't supported", Remedy),
        new("sequence_bias", "a bias of words isn't supported", Remedy),
        new("suppress_tokens", "tokens that may not come aren't supported", Remedy),
        new("begin_suppress_tokens", "tokens that may not come aren't supported", Remedy),
        new("forced_bos_token_id", "a forced token isn't supported", Remedy),
        new("forced_eos_token_id", "a forced token isn't supported", Remedy),
        new("guidance_scale", "guidance isn't supported", Remedy, "1", "1.0"),
        new("watermarking_config", "watermarks aren't supported", Remedy),
        new("token_healing", "token healing isn't supported", Remedy),
        new("exponential_decay_length_penalty", "a penalty of length isn't supported", Remedy),
        new("dola_layers", "contrasting layers isn't supported", Remedy),
    ];

    /// <summary>
    /// Those that transformers reads from <c>config.json</c> where there is no such file; the end tokens are read from there anyway.
    /// </summary>
    public static readonly IReadOnlySet<string> InModelConfig =
        Honoured.Except(["eos_token_id"]).Concat(Unsupported.Select(field => field.Name)).ToHashSet(StringComparer.Ordinal);

    /// <summary>For who trains or scores: none of the fields counts.</summary>
    public static readonly FieldTable Fields = new()
    {
        Honoured = [],
        Harmless = [.. Honoured, .. Harmless, .. Unsupported.Select(field => field.Name)],
    };

    /// <summary>For who generates.</summary>
    public static readonly FieldTable Generating = new() { Honoured = Honoured, Harmless = Harmless, Refused = Unsupported };
}
