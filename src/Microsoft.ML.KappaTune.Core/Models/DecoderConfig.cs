using System.Text.Json;
using Microsoft.ML.KappaTune.Checkpoints;
using Microsoft.ML.KappaTune.IO;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The architecture of a decoder in the Llama layout, as its <c>config.json</c> says.</summary>
internal sealed partial record DecoderConfig
{
    private const string Llama = "llama";

    public required int VocabularySize { get; init; }

    public required int HiddenSize { get; init; }

    public required int LayerCount { get; init; }

    public required int HeadCount { get; init; }

    /// <summary>Heads of keys and values; each serves as many heads of queries, which are a multiple of it.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>The size of a head, an even number.</summary>
    public required int HeadSize { get; init; }

    public required int IntermediateSize { get; init; }

    /// <summary>The longest text that the model was made for, special tokens included.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>The base of the rotary embeddings' wavelengths.</summary>
    public double RotaryBase { get; init; } = 10000;

    /// <summary>How the wavelengths are stretched for longer texts; null for not at all.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>The function of the feed-forward layer's gate, by its name in transformers.</summary>
    public string Activation { get; init; } = "silu";

    /// <summary>Whether the projections of attention have biases.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Whether those of the feed-forward layer have.</summary>
    public bool MlpBias { get; init; }

    public double AttentionDropout { get; init; }

    public double NormEps { get; init; } = 1e-6;

    /// <summary>The standard deviation of new weights.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Whether the head is the table of word embeddings.</summary>
    public bool TiesWordEmbeddings { get; init; }

    /// <summary>The token that fills up a batch; many decoders have none.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>The token that begins a text; null for none.</summary>
    public int? BeginTokenId { get; init; }

    /// <summary>The tokens of which each ends a text.</summary>
    public IReadOnlyList<int> EndTokenIds { get; init; } = [];

    public ModelNames Names => DecoderNames.Of(TiesWordEmbeddings);

    /// <summary>Whether a configuration is that of a decoder which is supported.</summary>
    public static bool Describes(ModelConfig? config) => config?.ModelType == Llama;

    /// <summary>Whether the decoders' layers have the same names and shapes.</summary>
    public bool HasShapesOf(DecoderConfig other) => ShapesOf(this) == ShapesOf(other);

    /// <summary>Reads a <c>config.json</c>, given itself or by its folder.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or a field is wrong or describes what isn't supported.</exception>
    public static DecoderConfig Read(string folderOrFile) => Of(ConfigFields.Read(folderOrFile));

    /// <summary>Reads the fields of a configuration that has been read for other facts.</summary>
    /// <exception cref="CheckpointFormatException">A field is wrong, or describes what isn't supported.</exception>
    public static DecoderConfig Of(ModelConfig config) => Parse(config.Path, config.Root);

    /// <summary>Reads the fields of a configuration that is already in memory; <paramref name="source"/> is for messages.</summary>
    /// <exception cref="CheckpointFormatException">A field is wrong, or describes what isn't supported.</exception>
    public static DecoderConfig Parse(string source, JsonElement root) => Of(new ConfigFields(new(source, "", root)));

    private static (int, int, int, int, int, int, int) ShapesOf(DecoderConfig config) =>
    (
        config.VocabularySize, config.HiddenSize, config.LayerCount, config.HeadCount, config.KeyValueHeadCount, config.HeadSize,
        config.IntermediateSize);

    private static DecoderConfig Of(ConfigFields fields)
    {
        string? type = fields.Text("model_type", null);
        if (type != Llama)
        {
            throw fields.Fault(
                "model_type",
                type is null ? "it is missing" : $"models of type \"{CheckpointFormatException.Printable(type)}\" aren't supported as decoders",
                "Use a model of type llama.");
        }

        fields.Check(ModelConfigFields.Llama);
        int size = fields.Count("vocab_size", 32000), hidden = fields.Count("hidden_size", 4096), heads = fields.Count("num_attention_heads", 32);
        (double rotaryBase, RotaryScaling? scaling) = Rotary(fields);
        var config = new DecoderConfig
        {
            VocabularySize = size,
            HiddenSize = hidden,
            LayerCount = fields.Count("num_hidden_layers", 32, ConfigFields.MostLayers),
            HeadCount = heads,
            KeyValueHeadCount = fields.Count("num_key_value_heads", heads),
            HeadSize = fields.Count("head_dim", Math.Max(1, hidden / heads)),
            IntermediateSize = fields.Count("intermediate_size", 11008),
            MaxTokens = fields.Count("max_position_embeddings", 2048),
            RotaryBase = rotaryBase,
            RotaryScaling = scaling,
            Activation = Layers.Activation.Read(fields, "hidden_act", "silu"),
            AttentionBias = fields.Flag("attention_bias", false),
            MlpBias = fields.Flag("mlp_bias", false),
            AttentionDropout = fields.Probability("attention_dropout", 0),
            NormEps = fields.Positive("rms_norm_eps", 1e-6),
            InitializerRange = fields.Positive("initializer_range", 0.02),
            TiesWordEmbeddings = fields.Flag("tie_word_embeddings", false),
            PadTokenId = fields.Token("pad_token_id", null, size),
            BeginTokenId = fields.Token("bos_token_id", 1, size),
            EndTokenIds = fields.Tokens("eos_token_id", [2], size),
        };
        Check(fields, config);
        return config;
    }

    private static void Check(ConfigFields fields, DecoderConfig config)
    {
        if (config.HeadCount % config.KeyValueHeadCount != 0)
        {
            throw fields.Fault(
                "num_key_value_heads", $"num_attention_heads is {config.HeadCount}, which isn't a multiple of {config.KeyValueHeadCount}",
                JsonFile.Remedy);
        }

        if (!fields.Has("head_dim") && config.HiddenSize % config.HeadCount != 0)
        {
            throw fields.Fault(
                "num_attention_heads", $"hidden_size is {config.HiddenSize}, which isn't a multiple of {config.HeadCount}", JsonFile.Remedy);
        }

        if (config.HeadSize % 2 != 0)
        {
            throw fields.Fault(
                fields.Has("head_dim") ? "head_dim" : "num_attention_heads",
                $"a head's size is {config.HeadSize}, but rotary embeddings turn pairs of values", JsonFile.Remedy);
        }
    }

    /// <summary>Old files have a field for the base and an object for the scaling, new ones an object for both.</summary>
    private static (double Base, RotaryScaling? Scaling) Rotary(ConfigFields fields)
    {
        double rotaryBase = fields.Positive("rope_theta", 10000);
        if (fields.Section("rope_parameters") is { } both)
            return (both.Positive("rope_theta", rotaryBase), Layers.RotaryScaling.Read(both));
        return (rotaryBase, fields.Section("rope_scaling") is { } scaling ? Layers.RotaryScaling.Read(scaling) : null);
    }
}
