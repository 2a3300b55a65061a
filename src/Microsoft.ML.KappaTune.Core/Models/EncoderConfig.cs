namespace Microsoft.ML.KappaTune.Models;

/// <summary>The architecture of an encoder of the BERT kind.</summary>
internal sealed record EncoderConfig : TransformerConfig
{
    public EncoderConfig() => AttentionDropout = 0.1;

    public required EncoderFamily Family { get; init; }

    /// <summary>Types of tokens, one a sentence; 0 where the family has none.</summary>
    public int TypeVocabularySize { get; init; }

    public int PadTokenId { get; init; }

    /// <summary>The function between the two halves of a feed-forward network, by its name in transformers.</summary>
    public string Activation { get; init; } = "gelu";

    public double HiddenDropout { get; init; } = 0.1;

    public double ClassifierDropout { get; init; } = 0.1;

    public double LayerNormEps { get; init; } = 1e-12;

    /// <summary>Whether the masked language model's decoder is the table of word embeddings.</summary>
    public bool TiesWordEmbeddings { get; init; } = true;

    /// <summary>The number of the first token's position.</summary>
    public int FirstPosition => Family.CountsPositionsAfterPadding ? PadTokenId + 1 : 0;

    /// <summary>Rows in the table of positions.</summary>
    public int PositionCount => MaxTokens + FirstPosition;

    public override CheckpointNames Names => Family.Names(TiesWordEmbeddings);

    public override string ModelType => Family.ModelType;

    /// <summary>Reads a <c>config.json</c>, given itself or by its folder.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or a field is wrong or describes what isn't supported.</exception>
    public static EncoderConfig Read(string folderOrFile) => Read(ConfigFields.Read(folderOrFile));

    /// <summary>Reads the configuration in the checkpoint's folder, or in that of its only file.</summary>
    /// <exception cref="CheckpointFormatException">There is none, or a field is wrong or describes what isn't supported.</exception>
    public static EncoderConfig Read(Checkpoint checkpoint) => Read(ConfigFields.Read(checkpoint));

    /// <exception cref="CheckpointFormatException">A field is wrong, or describes what isn't supported.</exception>
    public static EncoderConfig Read(ConfigFields fields) => ModelFamilies.Require<EncoderFamily>(fields).Read(fields);

    public override IEnumerable<ParameterPlan> Parameters(IEnumerable<ModelPart> head) => Family.Parameters(this, head);

    public override IReadOnlyList<ModelPart> ClassifierHead(int classCount) => Family.ClassifierHead(this, classCount);

    public override string ToJson(ModelTask task, IReadOnlyList<string>? classNames = null, string dataType = "float32") =>
        ToJson(Family, this, task, classNames, dataType);

    /// <summary>Whether the encoders' tensors have the same names and shapes.</summary>
    public bool HasShapesOf(EncoderConfig other) => ShapesOf(this) == ShapesOf(other);

    private static (EncoderFamily, int, int, int, int, int, int, int) ShapesOf(EncoderConfig config) =>
    (
        config.Family, config.VocabularySize, config.HiddenSize, config.LayerCount, config.HeadCount, config.IntermediateSize,
        config.MaxTokens, config.TypeVocabularySize);
}
