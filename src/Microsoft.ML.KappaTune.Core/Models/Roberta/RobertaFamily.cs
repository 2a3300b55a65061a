using Microsoft.ML.KappaTune.Models.Bert;
using static Microsoft.ML.KappaTune.Models.ModuleSlot;

namespace Microsoft.ML.KappaTune.Models.Roberta;

/// <summary>
/// RoBERTa (Liu et al., arXiv:1907.11692): BERT's layers with other heads, and positions that count from the padding token's number.
/// </summary>
internal sealed class RobertaFamily(string modelType, string className, int vocabulary)
    : BertFamily(modelType, className, vocabulary, padToken: 1)
{
    private static new readonly CheckpointNames Tied = BertFamily.Tied with
    {
        Prefix = "roberta",
        Heads = ["classifier.", "lm_head.", "qa_outputs."],
        Unused = ["roberta.pooler.", "lm_head.decoder.", "qa_outputs."],
        Ties = new Dictionary<string, string>
        {
            ["roberta.embeddings.word_embeddings.weight"] = "lm_head.decoder.weight",
            ["lm_head.bias"] = "lm_head.decoder.bias",
        },
    };

    private static readonly CheckpointNames Untied = Tied.WithoutTies();

    public override bool CountsPositionsAfterPadding => true;

    public override bool DropsBeforeClassifierDense => true;

    public override CheckpointNames Names(bool tiesWordEmbeddings) => tiesWordEmbeddings ? Tied : Untied;

    /// <summary>The same whatever the layers have.</summary>
    public override string PredictionActivation(EncoderConfig config) => "gelu";

    public override IReadOnlyList<ModelPart> ClassifierHead(EncoderConfig config, int classCount) =>
    [
        new ModelPart.Linear(HeadDense, "classifier.dense", config.HiddenSize, config.HiddenSize),
        new ModelPart.Linear(HeadOutput, "classifier.out_proj", config.HiddenSize, classCount),
    ];

    public override IReadOnlyList<ModelPart> PredictionHead(EncoderConfig config) =>
    [
        // First, because the others' paths go through it.
        new ModelPart.Bias(HeadBias, "lm_head", config.VocabularySize),
        new ModelPart.Linear(HeadDense, "lm_head.dense", config.HiddenSize, config.HiddenSize),
        new ModelPart.LayerNorm(HeadNorm, "lm_head.layer_norm", config.HiddenSize, config.LayerNormEps),
    ];
}
