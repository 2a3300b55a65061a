using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>What a family calls the fields of <c>config.json</c> that every encoder has.</summary>
internal sealed record EncoderFields(
    string HiddenSize, string LayerCount, string HeadCount, string IntermediateSize, string Activation, string HiddenDropout,
    string AttentionDropout, string ClassifierDropout);

/// <summary>What a family calls the modules of a layer, below the layer's path.</summary>
internal sealed record EncoderLayerNames(
    string Query, string Key, string Value, string AttentionOutput, string AttentionNorm, string Up, string Down, string FeedForwardNorm);

/// <summary>A family of encoders of the BERT kind, which share their fields and modules and differ in what they call them.</summary>
internal abstract class EncoderFamily(string modelType, string className, CheckpointNames tied)
    : ModelFamily<EncoderConfig>(modelType, className)
{
    private readonly CheckpointNames _untied = tied.WithoutTies();

    /// <summary>Whether the first token's position is the number after the padding token's; it is 0 otherwise.</summary>
    public virtual bool CountsPositionsAfterPadding => false;

    /// <summary>Whether a classifier drops from the first token's state, before its dense layer.</summary>
    public virtual bool DropsBeforeClassifierDense => false;

    /// <summary>The function after a classifier's dense layer.</summary>
    public virtual string ClassifierActivation => "tanh";

    protected abstract EncoderFields FieldNames { get; }

    protected abstract EncoderLayerNames LayerNames { get; }

    /// <summary>The modules of a classifier's head, by the names of a task model.</summary>
    protected abstract (string Dense, string Output) ClassifierNames { get; }

    protected virtual TensorRole ClassifierDenseRole => HeadDense.Role();

    /// <summary>The modules of a masked language model's head, by the names of a task model.</summary>
    protected abstract (string Bias, string Dense, string Norm) PredictionNames { get; }

    public sealed override CheckpointNames Names(bool tiesWordEmbeddings) => tiesWordEmbeddings ? tied : _untied;

    /// <summary>The function after a masked language model's dense layer.</summary>
    public virtual string PredictionActivation(EncoderConfig config) => config.Activation;

    /// <summary>What a classifier has above the encoder's last layer.</summary>
    public IReadOnlyList<ModelPart> ClassifierHead(EncoderConfig config, int classCount) =>
    [
        new ModelPart.Linear(HeadDense, ClassifierNames.Dense, config.HiddenSize, config.HiddenSize) { Role = ClassifierDenseRole },
        new ModelPart.Linear(HeadOutput, ClassifierNames.Output, config.HiddenSize, classCount),
    ];

    /// <summary>What a masked language model has above the encoder's last layer; the word embeddings are its output's weight.</summary>
    public IReadOnlyList<ModelPart> PredictionHead(EncoderConfig config) =>
    [
        // First, because the others' paths may go through it.
        new ModelPart.Bias(HeadBias, PredictionNames.Bias, config.VocabularySize),
        new ModelPart.Linear(HeadDense, PredictionNames.Dense, config.HiddenSize, config.HiddenSize),
        new ModelPart.LayerNorm(HeadNorm, PredictionNames.Norm, config.HiddenSize, config.LayerNormEps),
    ];

    public sealed override void Write(EncoderConfig config, JsonObject root)
    {
        root[FieldNames.HiddenSize] = config.HiddenSize;
        root[FieldNames.LayerCount] = config.LayerCount;
        root[FieldNames.HeadCount] = config.HeadCount;
        root[FieldNames.IntermediateSize] = config.IntermediateSize;
        root[FieldNames.Activation] = config.Activation;
        root[FieldNames.HiddenDropout] = config.HiddenDropout;
        root[FieldNames.AttentionDropout] = config.AttentionDropout;
        root[FieldNames.ClassifierDropout] = config.ClassifierDropout;
        WriteOwn(config, root);
        root["max_position_embeddings"] = config.PositionCount;
        root["initializer_range"] = config.InitializerRange;
        root["pad_token_id"] = config.PadTokenId;
        root["tie_word_embeddings"] = config.TiesWordEmbeddings;
    }

    /// <summary>Writes the fields that this family alone has.</summary>
    protected abstract void WriteOwn(EncoderConfig config, JsonObject root);

    /// <summary>Reads the fields that every encoder has. Without a default, the classifier's dropout is that of the layers.</summary>
    protected EncoderConfig ReadFields(ConfigFields fields, int vocabulary, int padToken, int layerCount, double? classifierDropout)
    {
        foreach (string field in (ReadOnlySpan<string>)["is_decoder", "add_cross_attention"])
        {
            if (fields.Flag(field, false))
                throw fields.Fault(field, "decoders aren't supported", "Use an encoder.");
        }

        double dropout = fields.Probability(FieldNames.HiddenDropout, 0.1);
        int size = fields.Count("vocab_size", vocabulary);
        var config = new EncoderConfig
        {
            Family = this,
            VocabularySize = size,
            HiddenSize = fields.Count(FieldNames.HiddenSize, 768),
            LayerCount = fields.Count(FieldNames.LayerCount, layerCount, ConfigFields.MaximumLayers),
            HeadCount = fields.Count(FieldNames.HeadCount, 12),
            IntermediateSize = fields.Count(FieldNames.IntermediateSize, 3072),
            MaxTokens = fields.Count("max_position_embeddings", 512),
            PadTokenId = fields.Index("pad_token_id", padToken, size),
            Activation = Activation.Read(fields, FieldNames.Activation, "gelu"),
            HiddenDropout = dropout,
            AttentionDropout = fields.Probability(FieldNames.AttentionDropout, 0.1),
            ClassifierDropout = fields.Probability(FieldNames.ClassifierDropout, classifierDropout ?? dropout),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", true),
        };
        return config.HiddenSize % config.HeadCount == 0 ? config : throw fields.Fault(
            FieldNames.HeadCount, $"{FieldNames.HiddenSize} is {config.HiddenSize}, which isn't a multiple of {config.HeadCount}",
            JsonFile.Remedy);
    }

    protected sealed override IEnumerable<ModelPart> Below(EncoderConfig config)
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

    protected sealed override IEnumerable<ModelPart> Layer(EncoderConfig config)
    {
        (long hidden, long inner) = (config.HiddenSize, config.IntermediateSize);
        yield return new ModelPart.Linear(Query, LayerNames.Query, hidden, hidden);
        yield return new ModelPart.Linear(Key, LayerNames.Key, hidden, hidden);
        yield return new ModelPart.Linear(Value, LayerNames.Value, hidden, hidden);
        yield return new ModelPart.Linear(AttentionOutput, LayerNames.AttentionOutput, hidden, hidden);
        yield return new ModelPart.LayerNorm(AttentionNorm, LayerNames.AttentionNorm, hidden, config.LayerNormEps);
        yield return new ModelPart.Linear(Up, LayerNames.Up, hidden, inner);
        yield return new ModelPart.Linear(Down, LayerNames.Down, inner, hidden);
        yield return new ModelPart.LayerNorm(FeedForwardNorm, LayerNames.FeedForwardNorm, hidden, config.LayerNormEps);
    }

    protected sealed override IEnumerable<ModelPart> Heads(EncoderConfig config) =>
        [.. ClassifierHead(config, 2), .. PredictionHead(config)];
}
