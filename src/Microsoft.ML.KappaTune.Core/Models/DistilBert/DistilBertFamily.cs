using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models.DistilBert;

/// <summary>DistilBERT (Sanh et al., arXiv:1910.01108): BERT's arithmetic under names of its own, without types of tokens.</summary>
internal sealed class DistilBertFamily() : EncoderFamily("distilbert", "DistilBert", DistilBertNames)
{
    private static readonly CheckpointNames DistilBertNames = new()
    {
        Prefix = "distilbert",
        Embeddings = "embeddings.",
        Roots = ["embeddings.", "transformer."],
        Heads = ["pre_classifier.", "classifier.", "vocab_transform.", "vocab_layer_norm.", "vocab_projector.", "qa_outputs."],
        Unused = ["vocab_projector.weight", "qa_outputs."],
        Buffers = ["embeddings.position_ids"],
        Ties = new Dictionary<string, string> { ["distilbert.embeddings.word_embeddings.weight"] = "vocab_projector.weight" },
    };

    public override FieldTable Fields { get; } = new()
    {
        Honoured =
        [
            "model_type", "architectures", "vocab_size", "dim", "n_layers", "n_heads", "hidden_dim", "max_position_embeddings",
            "pad_token_id", "activation", "dropout", "attention_dropout", "seq_classif_dropout", "initializer_range", "tie_word_embeddings",
            "id2label", "label2id", "problem_type", "function_to_apply", "sbert_ce_default_activation_function", "tokenizer_class",
        ],
        // Sinusoidal positions are in the file as a table, which is what is read; the ties are those of masked language models.
        Harmless = [.. ModelConfigFields.Common, "sinusoidal_pos_embds", "qa_dropout", "tie_weights_", "sentence_transformers"],
        Refused = ModelConfigFields.CommonRefused,
    };

    public override string ClassifierActivation => "relu";

    protected override string Layers => "transformer.layer";

    protected override EncoderFields FieldNames { get; } = new(
        "dim", "n_layers", "n_heads", "hidden_dim", "activation", "dropout", "attention_dropout", "seq_classif_dropout");

    protected override EncoderLayerNames LayerNames { get; } = new(
        "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2",
        "output_layer_norm");

    protected override (string Dense, string Output) ClassifierNames => ("pre_classifier", "classifier");

    protected override (string Bias, string Dense, string Norm) PredictionNames =>
        ("vocab_projector", "vocab_transform", "vocab_layer_norm");

    protected override void WriteOwn(EncoderConfig config, JsonObject root) => root["sinusoidal_pos_embds"] = false;

    protected override EncoderConfig ReadFields(ConfigFields fields) =>
        ReadFields(fields, vocabulary: 30522, padToken: 0, layerCount: 6, classifierDropout: 0.2);
}
