namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of <c>tokenizer_config.json</c> and <c>special_tokens_map.json</c>.</summary>
internal static class TokenizerConfigFields
{
    public const string ConfigFile = "tokenizer_config.json", SpecialTokensMapFile = "special_tokens_map.json";

    private const string SaveAnew =
        "In Python, load the tokenizer with AutoTokenizer and save_pretrained it, and pass that folder with its tokenizer.json.";

    private static readonly string[] Roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    public static readonly FieldTable Config = new()
    {
        Honoured =
        [
            .. Roles, "additional_special_tokens", "extra_special_tokens", "added_tokens_decoder", "tokenizer_class", "do_lower_case",
            "strip_accents", "tokenize_chinese_chars", "add_prefix_space", "add_bos_token", "add_eos_token", "legacy", "truncation_side",
            "model_max_length", "max_len", "model_input_names",
        ],
        Harmless =
        [
            // Where it comes from and which code reads it.
            "name_or_path", "special_tokens_map_file", "tokenizer_file", "vocab_file", "merges_file", "auto_map", "processor_class",
            "use_fast", "from_slow", "backend", "is_local", "transformers_version", "local_files_only",
            // How a batch is filled up, which the attention mask takes out again.
            "padding_side", "padding", "pad_to_multiple_of", "pad_token_type_id", "pad_to_max_length",
            // What the caller of a tokenizer asked for when it was saved; a text is cut at model_max_length whatever it was.
            "max_length", "stride", "truncation", "truncation_strategy", "max_seq_length", "return_token_type_ids",
            // How ids become text again; blanks stay in the text of byte-pair tokens in transformers 5, too.
            "clean_up_tokenization_spaces", "spaces_between_special_tokens", "errors", "trim_offsets",
            // Conversations, for whoever has them.
            "chat_template", "use_default_system_prompt", "response_schema",
        ],
        Refused =
        [
            new("never_split", "words that are never split aren't supported", SaveAnew),
            new("do_basic_tokenize", "WordPiece without BERT's splitting before it isn't supported", SaveAnew, "true"),
            new("wordpieces_prefix", "WordPiece with another prefix than ## isn't supported", SaveAnew, "##"),
            new("split_special_tokens", "special tokens in a text that count as its words aren't supported", SaveAnew),
            new("sp_model_kwargs", "SentencePiece with options of its own, which may make ids random, isn't supported", SaveAnew),
        ],
    };

    public static readonly FieldTable SpecialTokensMap = new()
    {
        Honoured = [.. Roles, "additional_special_tokens", "extra_special_tokens"],
    };
}
