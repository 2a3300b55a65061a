using System.Text.Json.Nodes;
using Microsoft.ML.KappaTune.Layers;

namespace Microsoft.ML.KappaTune.Models;

/// <summary>The architecture of a decoder.</summary>
internal sealed record DecoderConfig : TransformerConfig
{
    public DecoderFamily Family { get; init; } = ModelFamilies.Llama;

    /// <summary>Heads of keys and values; each serves as many heads of queries, which are a multiple of it.</summary>
    public required int KeyValueHeadCount { get; init; }

    /// <summary>The size of a head, an even number.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Values of a token's queries, those of all heads together.</summary>
    public long QuerySize => (long)HeadCount * HeadSize;

    /// <summary>Values of a token's keys, and of its values.</summary>
    public long KeySize => (long)KeyValueHeadCount * HeadSize;

    /// <summary>The base of the rotary embeddings' wavelengths.</summary>
    public double RotaryBase { get; init; } = 10000;

    /// <summary>How the wavelengths are stretched for longer texts; null for not at all.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>The rotary embeddings of the layers with a window; null where they are those of the others.</summary>
    public Rotation? WindowRotation { get; init; }

    /// <summary>Values of each head, an even number of its first ones, that are turned by positions; null for all.</summary>
    public int? RotatedSize { get; init; }

    /// <summary>The function of the feed-forward network's gate, by its name in transformers.</summary>
    public string Activation { get; init; } = "silu";

    /// <summary>Whether attention's linear layers of queries, keys and values have biases.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Whether the one behind attention has.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether the queries and keys of each head are normalised, before they are turned by their positions.</summary>
    public bool NormalisesHeads { get; init; }

    /// <summary>Whether those of all heads together are, as one vector.</summary>
    public bool NormalisesProjections { get; init; }

    /// <summary>What queries, keys and values are limited to, up and down; null for nothing.</summary>
    public double? LargestProjection { get; init; }

    /// <summary>What scores are divided by the root of; null for the size of a head.</summary>
    public double? ScoreDivisor { get; init; }

    /// <summary>Whether the scores of layer i, counted from 1, are divided by i as well.</summary>
    public bool DividesScoresByLayer { get; init; }

    /// <summary>What scores of attention can't exceed: c · tanh(score / c); null for no limit.</summary>
    public double? ScoreCap { get; init; }

    /// <summary>What logits can't exceed, likewise.</summary>
    public double? LogitCap { get; init; }

    /// <summary>How many tokens one sees, itself included; null for all before it.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Whether each layer has the window; null for all of them.</summary>
    public IReadOnlyList<bool>? WindowLayers { get; init; }

    /// <summary>Whether word embeddings are multiplied by the root of their size.</summary>
    public bool ScalesEmbeddings { get; init; }

    /// <summary>Whether 1 is added to the weights of norms.</summary>
    public bool NormsAddOne { get; init; }

    /// <summary>The share of the embeddings that training drops.</summary>
    public double EmbeddingDropout { get; init; }

    /// <summary>The share of what each layer adds that training drops.</summary>
    public double HiddenDropout { get; init; }

    /// <summary>Whether those of the feed-forward network have.</summary>
    public bool MlpBias { get; init; }

    /// <summary>The sizes of attention whose keys and values are made of one short vector a token; null for other attention.</summary>
    public LatentConfig? Latent { get; init; }

    /// <summary>What the mixtures of experts are like; null where all feed-forward networks are dense.</summary>
    public ExpertConfig? Experts { get; init; }

    public double NormEps { get; init; } = 1e-6;

    /// <summary>Whether the head is the table of word embeddings.</summary>
    public bool TiesWordEmbeddings { get; init; }

    /// <summary>The token that fills up a batch; many decoders have none.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>The token that begins a text; null for none.</summary>
    public int? BeginTokenId { get; init; }

    /// <summary>The tokens of which each ends a text.</summary>
    public IReadOnlyList<int> EndTokenIds { get; init; } = [];

    /// <summary>What the scores of a layer, counted from 0, are multiplied by.</summary>
    public double ScoreScale(int layer) => 1 / Math.Sqrt(ScoreDivisor ?? HeadSize) / (DividesScoresByLayer ? layer + 1 : 1);

    /// <summary>Whether a layer, counted from 0, has the window.</summary>
    public bool HasWindow(int layer) => SlidingWindow is not null && (WindowLayers is null || WindowLayers[layer]);

    public override CheckpointNames Names => Family.Names(TiesWordEmbeddings);

    public override string ModelType => Family.ModelType;

    /// <summary>Whether a configuration is that of a decoder which is supported.</summary>
    public static bool Describes(ModelConfig? config) => ModelFamilies.Find(config?.ModelType) is DecoderFamily;

    /// <summary>Reads a <c>config.json</c>, given itself or by its folder.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or a field is wrong or describes what isn't supported.</exception>
    public static DecoderConfig Read(string folderOrFile) => Read(ConfigFields.Read(folderOrFile));

    /// <summary>Reads the configuration in the checkpoint's folder, or in that of its only file.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or a field is wrong or describes what isn't supported.</exception>
    public static DecoderConfig Read(Checkpoint checkpoint) => Read(ConfigFields.Read(checkpoint));

    /// <exception cref="CheckpointFormatException">A field is wrong, or describes what isn't supported.</exception>
    public static DecoderConfig Read(ConfigFields fields) =>
        ModelFamilies.Require<DecoderFamily>(fields, " as language models").Read(fields);

    public override IEnumerable<ParameterPlan> Parameters(IEnumerable<ModelPart> head) => Family.Parameters(this, head);

    public override IReadOnlyList<ModelPart> ClassifierHead(int classCount) => DecoderFamily.ClassifierHead(this, classCount);

    public override string ToJson(ModelTask task, IReadOnlyList<string>? classNames = null, string dataType = "float32") =>
        ToJson(Family, this, task, classNames, dataType);

    /// <summary>Writes the special tokens, which all families name alike.</summary>
    public void WriteTokens(JsonObject root)
    {
        root["pad_token_id"] = PadTokenId;
        root["bos_token_id"] = BeginTokenId;
        root["eos_token_id"] = EndTokenIds.Count switch
        {
            0 => null,
            1 => JsonValue.Create(EndTokenIds[0]),
            _ => new JsonArray([.. EndTokenIds.Select(id => JsonValue.Create(id))]),
        };
    }

    /// <summary>Whether the decoders' layers have the same names and shapes.</summary>
    public bool HasShapesOf(DecoderConfig other) =>
        (Family, HeadCount, KeyValueHeadCount) == (other.Family, other.HeadCount, other.KeyValueHeadCount)
        && ShapesOf(this).SequenceEqual(ShapesOf(other));

    private static IEnumerable<string> ShapesOf(DecoderConfig config) =>
        config.Parameters([]).Select(plan => $"{plan.Name} [{string.Join(", ", plan.Shape)}]");
}
