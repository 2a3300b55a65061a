namespace Microsoft.ML.KappaTune.Models;

/// <summary>
/// An encoder family's names: modules of the encoder below <see cref="ModelNames.Prefix"/>, those of a layer below
/// <see cref="Layers"/> and its number, those of heads as they are in a task model.
/// </summary>
internal sealed record FamilyNames : ModelNames
{
    private static readonly FamilyNames Bert = new()
    {
        ModelType = "bert",
        ClassName = "Bert",
        Prefix = "bert",
        Embeddings = "embeddings.",
        WordEmbeddings = "embeddings.word_embeddings",
        Layers = "encoder.layer",
        Query = "attention.self.query",
        Key = "attention.self.key",
        Value = "attention.self.value",
        AttentionOutput = "attention.output.dense",
        AttentionNorm = "attention.output.LayerNorm",
        Intermediate = "intermediate.dense",
        Output = "output.dense",
        OutputNorm = "output.LayerNorm",
        ClassifierDense = "bert.pooler.dense",
        Classifier = "classifier",
        PredictionDense = "cls.predictions.transform.dense",
        PredictionNorm = "cls.predictions.transform.LayerNorm",
        PredictionBias = "cls.predictions",
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

    private static readonly FamilyNames Roberta = Bert with
    {
        ModelType = "roberta",
        ClassName = "Roberta",
        Prefix = "roberta",
        ClassifierDense = "classifier.dense",
        Classifier = "classifier.out_proj",
        PredictionDense = "lm_head.dense",
        PredictionNorm = "lm_head.layer_norm",
        PredictionBias = "lm_head",
        Heads = ["classifier.", "lm_head.", "qa_outputs."],
        Unused = ["roberta.pooler.", "lm_head.decoder.", "qa_outputs."],
        Ties = new Dictionary<string, string>
        {
            ["roberta.embeddings.word_embeddings.weight"] = "lm_head.decoder.weight",
            ["lm_head.bias"] = "lm_head.decoder.bias",
        },
    };

    private static readonly FamilyNames XlmRoberta = Roberta with { ModelType = "xlm-roberta", ClassName = "XLMRoberta" };

    private static readonly FamilyNames DistilBert = new()
    {
        ModelType = "distilbert",
        ClassName = "DistilBert",
        Prefix = "distilbert",
        Embeddings = "embeddings.",
        WordEmbeddings = "embeddings.word_embeddings",
        Layers = "transformer.layer",
        Query = "attention.q_lin",
        Key = "attention.k_lin",
        Value = "attention.v_lin",
        AttentionOutput = "attention.out_lin",
        AttentionNorm = "sa_layer_norm",
        Intermediate = "ffn.lin1",
        Output = "ffn.lin2",
        OutputNorm = "output_layer_norm",
        ClassifierDense = "pre_classifier",
        Classifier = "classifier",
        PredictionDense = "vocab_transform",
        PredictionNorm = "vocab_layer_norm",
        PredictionBias = "vocab_projector",
        Roots = ["embeddings.", "transformer."],
        Heads = ["pre_classifier.", "classifier.", "vocab_transform.", "vocab_layer_norm.", "vocab_projector.", "qa_outputs."],
        Unused = ["vocab_projector.weight", "qa_outputs."],
        Buffers = ["embeddings.position_ids"],
        Ties = new Dictionary<string, string> { ["distilbert.embeddings.word_embeddings.weight"] = "vocab_projector.weight" },
    };

    private static readonly Dictionary<EncoderFamily, FamilyNames> All = new()
    {
        [EncoderFamily.Bert] = Bert,
        [EncoderFamily.Roberta] = Roberta,
        [EncoderFamily.XlmRoberta] = XlmRoberta,
        [EncoderFamily.DistilBert] = DistilBert,
    };

    private static readonly Dictionary<EncoderFamily, FamilyNames> Untied =
        All.ToDictionary(pair => pair.Key, pair => pair.Value with { Ties = new Dictionary<string, string>() });

    public required string Layers { get; init; }

    public required string Query { get; init; }

    public required string Key { get; init; }

    public required string Value { get; init; }

    public required string AttentionOutput { get; init; }

    public required string AttentionNorm { get; init; }

    public required string Intermediate { get; init; }

    public required string Output { get; init; }

    public required string OutputNorm { get; init; }

    /// <summary>The layer between the first token's state and the classifier.</summary>
    public required string ClassifierDense { get; init; }

    public required string Classifier { get; init; }

    public required string PredictionDense { get; init; }

    public required string PredictionNorm { get; init; }

    /// <summary>The module of the masked language model's bias, one value a token; its weight is that of the word embeddings.</summary>
    public required string PredictionBias { get; init; }

    /// <param name="family">The family.</param>
    /// <param name="tiesWordEmbeddings">Whether its masked language model's decoder is the table of word embeddings.</param>
    public static FamilyNames Of(EncoderFamily family, bool tiesWordEmbeddings = true) =>
        (tiesWordEmbeddings ? All : Untied).GetValueOrDefault(family)
        ?? throw new ArgumentOutOfRangeException(nameof(family), family, null);

    /// <summary>The path of a layer, without the prefix.</summary>
    public string Layer(int index) => $"{Layers}.{index}";
}
