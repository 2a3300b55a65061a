using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Layers;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.Bert;

/// <summary>BERT (Devlin et al., arXiv:1810.04805). What RoBERTa has of its own, it overrides.</summary>
internal class BertFamily(string modelType = "bert", string className = "Bert", int vocabulary = 30522, int padToken = 0)
    : EncoderFamily(modelType, className)
{
    private protected static readonly CheckpointNames Tied = new()
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

    private static readonly CheckpointNames Untied = Tied.WithoutTies();

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

    public override CheckpointNames Names(bool tiesWordEmbeddings) => tiesWordEmbeddings ? Tied : Untied;

    public override void Write(EncoderConfig config, JsonObject root)
    {
        root["hidden_size"] = config.HiddenSize;
        root["num_hidden_layers"] = config.LayerCount;
        root["num_attention_heads"] = config.HeadCount;
        root["intermediate_size"] = config.IntermediateSize;
        root["hidden_act"] = config.Activation;
        root["hidden_dropout_prob"] = config.HiddenDropout;
        root["attention_probs_dropout_prob"] = config.AttentionDropout;
        root["classifier_dropout"] = config.ClassifierDropout;
        root["layer_norm_eps"] = config.LayerNormEps;
        root["type_vocab_size"] = config.TypeVocabularySize;
        root["position_embedding_type"] = "absolute";
        root["max_position_embeddings"] = config.PositionCount;
        root["initializer_range"] = config.InitializerRange;
        root["pad_token_id"] = config.PadTokenId;
        root["tie_word_embeddings"] = config.TiesWordEmbeddings;
    }

    public override IReadOnlyList<ModelPart> ClassifierHead(EncoderConfig config, int classCount) =>
    [
        // Trained with the encoder before, so that it is a candidate as the encoder's layers are.
        new ModelPart.Linear(HeadDense, "bert.pooler.dense", config.HiddenSize, config.HiddenSize) { Role = TensorRole.Other },
        new ModelPart.Linear(HeadOutput, "classifier", config.HiddenSize, classCount),
    ];

    public override IReadOnlyList<ModelPart> PredictionHead(EncoderConfig config) =>
    [
        // First, because the others' paths go through it.
        new ModelPart.Bias(HeadBias, "cls.predictions", config.VocabularySize),
        new ModelPart.Linear(HeadDense, "cls.predictions.transform.dense", config.HiddenSize, config.HiddenSize),
        new ModelPart.LayerNorm(HeadNorm, "cls.predictions.transform.LayerNorm", config.HiddenSize, config.LayerNormEps),
    ];

    protected override EncoderConfig ReadFields(ConfigFields fields)
    {
        EncoderConfig.RefuseDecoders(fields);
        string positions = fields.Text("position_embedding_type", "absolute")!;
        if (positions != "absolute")
        {
            throw fields.Fault(
                "position_embedding_type", $"\"{CheckpointFormatException.Printable(positions)}\" isn't supported",
                "Use a model with absolute positions.");
        }

        double dropout = fields.Probability("hidden_dropout_prob", 0.1);
        int size = fields.Count("vocab_size", vocabulary);
        var config = new EncoderConfig
        {
            Family = this,
            VocabularySize = size,
            HiddenSize = fields.Count("hidden_size", 768),
            LayerCount = fields.Count("num_hidden_layers", 12, ConfigFields.MostLayers),
            HeadCount = fields.Count("num_attention_heads", 12),
            IntermediateSize = fields.Count("intermediate_size", 3072),
            MaxTokens = fields.Count("max_position_embeddings", 512),
            TypeVocabularySize = fields.Count("type_vocab_size", 2),
            PadTokenId = fields.Index("pad_token_id", padToken, size),
            Activation = Activation.Read(fields, "hidden_act", "gelu"),
            HiddenDropout = dropout,
            AttentionDropout = fields.Probability("attention_probs_dropout_prob", 0.1),
            ClassifierDropout = fields.Probability("classifier_dropout", dropout),
            LayerNormEps = fields.Positive("layer_norm_eps", 1e-12),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", true),
        };
        config.CheckHeads(fields, "num_attention_heads", "hidden_size");
        // The field counts the table's rows, of which some may be before the first token's.
        int first = config.FirstPosition;
        return config.MaxTokens > first ? config with { MaxTokens = config.MaxTokens - first } : throw fields.Fault(
            "max_position_embeddings", $"it is {config.MaxTokens}, but positions begin at {first}, after the padding token's",
            JsonFile.Remedy);
    }

    protected override IEnumerable<ModelPart> Below(EncoderConfig config)
    {
        long hidden = config.HiddenSize;
        yield return new ModelPart.Embedding(
            WordEmbeddings, "embeddings.word_embeddings", config.VocabularySize, hidden, config.PadTokenId);
        // Where positions begin after the padding token's number, that number is padding's position.
        yield return new ModelPart.Embedding(
            PositionEmbeddings, "embeddings.position_embeddings", config.PositionCount, hidden,
            config.FirstPosition > 0 ? config.PadTokenId : null);
        if (config.TypeVocabularySize > 0)
            yield return new ModelPart.Embedding(TypeEmbeddings, "embeddings.token_type_embeddings", config.TypeVocabularySize, hidden);
        yield return new ModelPart.LayerNorm(EmbeddingNorm, "embeddings.LayerNorm", hidden, config.LayerNormEps);
    }

    protected override IEnumerable<ModelPart> Layer(EncoderConfig config)
    {
        (long hidden, long inner) = (config.HiddenSize, config.IntermediateSize);
        yield return new ModelPart.Linear(Query, "attention.self.query", hidden, hidden);
        yield return new ModelPart.Linear(Key, "attention.self.key", hidden, hidden);
        yield return new ModelPart.Linear(Value, "attention.self.value", hidden, hidden);
        yield return new ModelPart.Linear(AttentionOutput, "attention.output.dense", hidden, hidden);
        yield return new ModelPart.LayerNorm(AttentionNorm, "attention.output.LayerNorm", hidden, config.LayerNormEps);
        yield return new ModelPart.Linear(Up, "intermediate.dense", hidden, inner);
        yield return new ModelPart.Linear(Down, "output.dense", inner, hidden);
        yield return new ModelPart.LayerNorm(FeedForwardNorm, "output.LayerNorm", hidden, config.LayerNormEps);
    }
}
