using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The architecture of an encoder: what its <c>config.json</c> says, under one set of names.</summary>
internal sealed partial record EncoderConfig
{
    public required EncoderFamily Family { get; init; }

    public required int VocabularySize { get; init; }

    public required int HiddenSize { get; init; }

    public required int LayerCount { get; init; }

    public required int HeadCount { get; init; }

    public required int IntermediateSize { get; init; }

    /// <summary>The longest text, special tokens included. RoBERTa's table of positions has rows before the first of them.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Types of tokens, one a sentence; 0 where the family has none.</summary>
    public int TypeVocabularySize { get; init; }

    public int PadTokenId { get; init; }

    /// <summary>The function between the two halves of a feed-forward layer, by its name in transformers.</summary>
    public string Activation { get; init; } = "gelu";

    public double HiddenDropout { get; init; } = 0.1;

    public double AttentionDropout { get; init; } = 0.1;

    public double ClassifierDropout { get; init; } = 0.1;

    public double LayerNormEps { get; init; } = 1e-12;

    /// <summary>The standard deviation of new weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Whether the masked language model's decoder is the table of word embeddings.</summary>
    public bool TiesWordEmbeddings { get; init; } = true;

    public FamilyNames Names => FamilyNames.Of(Family, TiesWordEmbeddings);

    /// <summary>The number of the first token's position: RoBERTa counts from the number after the padding token's.</summary>
    public int FirstPosition => Family is EncoderFamily.Roberta or EncoderFamily.XlmRoberta ? PadTokenId + 1 : 0;

    /// <summary>Rows in the table of positions.</summary>
    public int PositionCount => MaxTokens + FirstPosition;

    /// <summary>Whether the encoders' tensors have the same names and shapes.</summary>
    public bool HasShapesOf(EncoderConfig other) => ShapesOf(this) == ShapesOf(other);

    /// <summary>Reads a <c>config.json</c>, given itself or by its folder.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or a field is wrong or describes what isn't supported.</exception>
    public static EncoderConfig Read(string folderOrFile) => Of(ConfigFields.Read(folderOrFile));

    /// <summary>Reads the fields of a configuration that has been read for other facts.</summary>
    /// <exception cref="CheckpointFormatException">A field is wrong, or describes what isn't supported.</exception>
    public static EncoderConfig Of(ModelConfig config) => Parse(config.Path, config.Root);

    /// <summary>Reads the fields of a configuration that is already in memory; <paramref name="source"/> is for messages.</summary>
    /// <exception cref="CheckpointFormatException">A field is wrong, or describes what isn't supported.</exception>
    public static EncoderConfig Parse(string source, JsonElement root) => Of(new ConfigFields(new(source, "", root)));

    private static EncoderConfig Of(ConfigFields fields)
    {
        string? type = fields.Text("model_type", null);
        EncoderConfig config = Read(fields, type);
        fields.Check(ModelConfigFields.ForType(type));
        return config;
    }

    private static EncoderConfig Read(ConfigFields fields, string? type) => type switch
    {
        "bert" => Bert(fields, EncoderFamily.Bert, vocabulary: 30522, padToken: 0),
        "roberta" => Bert(fields, EncoderFamily.Roberta, vocabulary: 50265, padToken: 1),
        "xlm-roberta" => Bert(fields, EncoderFamily.XlmRoberta, vocabulary: 30522, padToken: 1),
        "distilbert" => DistilBert(fields),
        var other => throw fields.Fault(
            "model_type",
            other is null ? "it is missing" : $"models of type \"{CheckpointFormatException.Printable(other)}\" aren't supported",
            "Use a model of type bert, roberta, xlm-roberta or distilbert."),
    };

    private static EncoderConfig Bert(ConfigFields fields, EncoderFamily family, int vocabulary, int padToken)
    {
        RefuseDecoders(fields);
        string positions = fields.Text("position_embedding_type", "absolute")!;
        if (positions != "absolute")
        {
            throw fields.Fault(
                "position_embedding_type",
                $"\"{CheckpointFormatException.Printable(positions)}\" isn't supported",
                "Use a model with absolute positions.");
        }

        double dropout = fields.Probability("hidden_dropout_prob", 0.1);
        int size = fields.Count("vocab_size", vocabulary);
        var config = new EncoderConfig
        {
            Family = family,
            VocabularySize = size,
            HiddenSize = fields.Count("hidden_size", 768),
            LayerCount = fields.Count("num_hidden_layers", 12, ConfigFields.MostLayers),
            HeadCount = fields.Count("num_attention_heads", 12),
            IntermediateSize = fields.Count("intermediate_size", 3072),
            MaxTokens = fields.Count("max_position_embeddings", 512),
            TypeVocabularySize = fields.Count("type_vocab_size", 2),
            PadTokenId = fields.Index("pad_token_id", padToken, size),
            Activation = Layers.Activation.Read(fields, "hidden_act", "gelu"),
            HiddenDropout = dropout,
            AttentionDropout = fields.Probability("attention_probs_dropout_prob", 0.1),
            ClassifierDropout = fields.Probability("classifier_dropout", dropout),
            LayerNormEps = fields.Positive("layer_norm_eps", 1e-12),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", true),
        };
        CheckHeads(fields, config, "num_attention_heads", "hidden_size");
        if (config.MaxTokens <= config.FirstPosition)
        {
            throw fields.Fault(
                "max_position_embeddings",
                $"it is {config.MaxTokens}, but positions begin at {config.FirstPosition}, after the padding token's",
                JsonFile.Remedy);
        }

        return config with { MaxTokens = config.MaxTokens - config.FirstPosition };
    }

    private static EncoderConfig DistilBert(ConfigFields fields)
    {
        RefuseDecoders(fields);
        int size = fields.Count("vocab_size", 30522);
        var config = new EncoderConfig
        {
            Family = EncoderFamily.DistilBert,
            VocabularySize = size,
            HiddenSize = fields.Count("dim", 768),
            LayerCount = fields.Count("n_layers", 6, ConfigFields.MostLayers),
            HeadCount = fields.Count("n_heads", 12),
            IntermediateSize = fields.Count("hidden_dim", 3072),
            MaxTokens = fields.Count("max_position_embeddings", 512),
            PadTokenId = fields.Index("pad_token_id", 0, size),
            Activation = Layers.Activation.Read(fields, "activation", "gelu"),
            HiddenDropout = fields.Probability("dropout", 0.1),
            AttentionDropout = fields.Probability("attention_dropout", 0.1),
            ClassifierDropout = fields.Probability("seq_classif_dropout", 0.2),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", true),
        };
        CheckHeads(fields, config, "n_heads", "dim");
        return config;
    }

    private static (EncoderFamily, int, int, int, int, int, int, int) ShapesOf(EncoderConfig config) =>
    (
        config.Family, config.VocabularySize, config.HiddenSize, config.LayerCount, config.HeadCount, config.IntermediateSize,
        config.MaxTokens, config.TypeVocabularySize);

    private static void RefuseDecoders(ConfigFields fields)
    {
        foreach (string field in (ReadOnlySpan<string>)["is_decoder", "add_cross_attention"])
        {
            if (fields.Flag(field, false))
                throw fields.Fault(field, "decoders aren't supported", "Use an encoder.");
        }
    }

    private static void CheckHeads(ConfigFields fields, EncoderConfig config, string heads, string hidden)
    {
        if (config.HiddenSize % config.HeadCount != 0)
            throw fields.Fault(heads, $"{hidden} is {config.HiddenSize}, which isn't a multiple of {config.HeadCount}", JsonFile.Remedy);
    }
}
