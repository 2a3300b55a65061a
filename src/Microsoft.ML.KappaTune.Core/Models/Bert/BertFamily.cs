using System.Text.Json.Nodes;

namespace Microsoft.ML.KappaTune.Models.Bert;

/// <summary>BERT (Devlin et al., arXiv:1810.04805). What RoBERTa has of its own, it overrides.</summary>
internal class BertFamily(
    string modelType = "bert", string className = "Bert", int vocabulary = 30522, int padToken = 0, CheckpointNames? names = null)
    : EncoderFamily(modelType, className, names ?? BertNames)
{
    private protected static readonly CheckpointNames BertNames = new()
    {
        Prefix = "bert",
        Embeddings = "embeddings.",
        Roots = ["embeddings.", "encoder.", "pooler."],
        Heads = ["bert.pooler.", "classifier.", "cls.", "qa_outputs."],
        Unused = ["cls.predictions.decoder.", "cls.seq_relationship.", "qa_outputs."],
        Buffers = ["embeddings.position_ids", "embeddings.token_type_ids"],
        Ties = new Dictionary<string, string>
        {
            ["bert.embeddings.word_embeddings.weight"] = "cls.predictions.decoder.weight",
            ["cls.predictions.bias"] = "cls.predictions.decoder.bias",
        },
    };

    public override FieldTable Fields { get; } = new()
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
            .. ModelConfigFields.Common,
            // Of the first multilingual BERT, whose pooler is like any other's.
            "directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers", "pooler_size_per_head", "pooler_type",
            // Of models that were converted from other programs.
            "gelu_approximation", "vocab_path", "model_name", "sentence_transformers",
        ],
        Refused = ModelConfigFields.CommonRefused,
    };

    protected override string Layers => "encoder.layer";

    protected override EncoderFields FieldNames { get; } = new(
        "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act", "hidden_dropout_prob",
        "attention_probs_dropout_prob", "classifier_dropout");

    protected override EncoderLayerNames LayerNames { get; } = new(
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
        "intermediate.dense", "output.dense", "output.LayerNorm");

    protected override (string Dense, string Output) ClassifierNames => ("bert.pooler.dense", "classifier");

    /// <summary>Trained with the encoder before, so that it is a candidate as the encoder's layers are.</summary>
    protected override TensorRole ClassifierDenseRole => TensorRole.Other;

    protected override (string Bias, string Dense, string Norm) PredictionNames =>
        ("cls.predictions", "cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm");

    protected override void WriteOwn(EncoderConfig config, JsonObject root)
    {
        root["layer_norm_eps"] = config.LayerNormEps;
        root["type_vocab_size"] = config.TypeVocabularySize;
        root["position_embedding_type"] = "absolute";
    }

    protected override EncoderConfig ReadFields(ConfigFields fields)
    {
        EncoderConfig config = ReadFields(fields, vocabulary, padToken, layerCount: 12, classifierDropout: null) with
        {
            TypeVocabularySize = fields.Count("type_vocab_size", 2),
            LayerNormEps = fields.Positive("layer_norm_eps", 1e-12),
        };
        string positions = fields.Text("position_embedding_type", "absolute")!;
        if (positions != "absolute")
        {
            throw fields.Fault(
                "position_embedding_type", $"\"{CheckpointFormatException.Printable(positions)}\" isn't supported",
                "Use a model with absolute positions.");
        }

        // The field counts the table's rows, of which some may be before the first token's.
        int first = config.FirstPosition;
        return config.MaxTokens > first ? config with { MaxTokens = config.MaxTokens - first } : throw fields.Fault(
            "max_position_embeddings", $"it is {config.MaxTokens}, but positions begin at {first}, after the padding token's",
            JsonFile.Remedy);
    }
}
