using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.Layers;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.DistilBert;

/// <summary>DistilBERT (Sanh et al., arXiv:1910.01108): BERT's arithmetic under names of its own, without types of tokens.</summary>
internal sealed class DistilBertFamily() : EncoderFamily("distilbert", "DistilBert")
{
    private static readonly CheckpointNames Tied = new()
    {
        Prefix = "distilbert",
        Embeddings = "embeddings.",
        Roots = ["embeddings.", "transformer."],
        Heads = ["pre_classifier.", "classifier.", "vocab_transform.", "vocab_layer_norm.", "vocab_projector.", "qa_outputs."],
        Unused = ["vocab_projector.weight", "qa_outputs."],
        Buffers = ["embeddings.position_ids"],
        Ties = new Dictionary<string, string> { ["distilbert.embeddings.word_embeddings.weight"] = "vocab_projector.weight" },
    };

    private static readonly CheckpointNames Untied = Tied.WithoutTies();

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

    public override CheckpointNames Names(bool tiesWordEmbeddings) => tiesWordEmbeddings ? Tied : Untied;

    public override void Write(EncoderConfig config, JsonObject root)
    {
        root["dim"] = config.HiddenSize;
        root["n_layers"] = config.LayerCount;
        root["n_heads"] = config.HeadCount;
        root["hidden_dim"] = config.IntermediateSize;
        root["activation"] = config.Activation;
        root["dropout"] = config.HiddenDropout;
        root["attention_dropout"] = config.AttentionDropout;
        root["seq_classif_dropout"] = config.ClassifierDropout;
        root["sinusoidal_pos_embds"] = false;
        root["max_position_embeddings"] = config.PositionCount;
        root["initializer_range"] = config.InitializerRange;
        root["pad_token_id"] = config.PadTokenId;
        root["tie_word_embeddings"] = config.TiesWordEmbeddings;
    }

    public override IReadOnlyList<ModelPart> ClassifierHead(EncoderConfig config, int classCount) =>
    [
        new ModelPart.Linear(HeadDense, "pre_classifier", config.HiddenSize, config.HiddenSize),
        new ModelPart.Linear(HeadOutput, "classifier", config.HiddenSize, classCount),
    ];

    public override IReadOnlyList<ModelPart> PredictionHead(EncoderConfig config) =>
    [
        new ModelPart.Bias(HeadBias, "vocab_projector", config.VocabularySize),
        new ModelPart.Linear(HeadDense, "vocab_transform", config.HiddenSize, config.HiddenSize),
        new ModelPart.LayerNorm(HeadNorm, "vocab_layer_norm", config.HiddenSize, config.LayerNormEps),
    ];

    protected override EncoderConfig ReadFields(ConfigFields fields)
    {
        EncoderConfig.RefuseDecoders(fields);
        int size = fields.Count("vocab_size", 30522);
        var config = new EncoderConfig
        {
            Family = this,
            VocabularySize = size,
            HiddenSize = fields.Count("dim", 768),
            LayerCount = fields.Count("n_layers", 6, ConfigFields.MostLayers),
            HeadCount = fields.Count("n_heads", 12),
            IntermediateSize = fields.Count("hidden_dim", 3072),
            MaxTokens = fields.Count("max_position_embeddings", 512),
            PadTokenId = fields.Index("pad_token_id", 0, size),
            Activation = Activation.Read(fields, "activation", "gelu"),
            HiddenDropout = fields.Probability("dropout", 0.1),
            AttentionDropout = fields.Probability("attention_dropout", 0.1),
            ClassifierDropout = fields.Probability("seq_classif_dropout", 0.2),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", true),
        };
        config.CheckHeads(fields, "n_heads", "dim");
        return config;
    }

    protected override IEnumerable<ModelPart> Below(EncoderConfig config) =>
    [
        new ModelPart.Embedding(
            WordEmbeddings, "embeddings.word_embeddings", config.VocabularySize, config.HiddenSize, config.PadTokenId),
        new ModelPart.Embedding(PositionEmbeddings, "embeddings.position_embeddings", config.PositionCount, config.HiddenSize),
        new ModelPart.LayerNorm(EmbeddingNorm, "embeddings.LayerNorm", config.HiddenSize, config.LayerNormEps),
    ];

    protected override IEnumerable<ModelPart> Layer(EncoderConfig config)
    {
        (long hidden, long inner) = (config.HiddenSize, config.IntermediateSize);
        yield return new ModelPart.Linear(Query, "attention.q_lin", hidden, hidden);
        yield return new ModelPart.Linear(Key, "attention.k_lin", hidden, hidden);
        yield return new ModelPart.Linear(Value, "attention.v_lin", hidden, hidden);
        yield return new ModelPart.Linear(AttentionOutput, "attention.out_lin", hidden, hidden);
        yield return new ModelPart.LayerNorm(AttentionNorm, "sa_layer_norm", hidden, config.LayerNormEps);
        yield return new ModelPart.Linear(Up, "ffn.lin1", hidden, inner);
        yield return new ModelPart.Linear(Down, "ffn.lin2", inner, hidden);
        yield return new ModelPart.LayerNorm(FeedForwardNorm, "output_layer_norm", hidden, config.LayerNormEps);
    }
}
