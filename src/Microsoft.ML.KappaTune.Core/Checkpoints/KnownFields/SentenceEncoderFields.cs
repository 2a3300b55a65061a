namespace Microsoft.ML.KappaTune.Checkpoints;

/// <summary>The fields of the files in which sentence-transformers says how a sentence encoder is used.</summary>
internal static class SentenceEncoderFields
{
    public const string SettingsFile = "sentence_bert_config.json", EncoderFile = "config_sentence_transformers.json";

    public static readonly FieldTable Settings = new()
    {
        Honoured = ["max_seq_length", "do_lower_case"],
        // How its encoder is loaded, which config.json says as well.
        Harmless = ["model_args", "tokenizer_args", "config_args", "transformer_task", "model_name_or_path"],
    };

    public static readonly FieldTable Encoder = new()
    {
        // Prompts are for the caller to put before texts, unless one is for all; similarities are taken by whoever has the vectors.
        Honoured = ["default_prompt_name"],
        Harmless = ["__version__", "model_type", "prompts", "similarity_fn_name"],
    };
}
