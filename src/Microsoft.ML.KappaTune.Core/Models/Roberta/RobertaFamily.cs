using Microsoft.ML.KappaTune.Models.Bert;

namespace Microsoft.ML.KappaTune.Models.Roberta;

/// <summary>
/// RoBERTa (Liu et al., arXiv:1907.11692): BERT's layers with other heads, and positions that count from the padding token's number.
/// </summary>
internal sealed class RobertaFamily(string modelType, string className, int vocabulary)
    : BertFamily(modelType, className, vocabulary, padToken: 1, RobertaNames)
{
    private static readonly CheckpointNames RobertaNames = BertNames with
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

    public override bool CountsPositionsAfterPadding => true;

    public override bool DropsBeforeClassifierDense => true;

    /// <summary>Always GELU, whatever activation the layers have.</summary>
    public override string PredictionActivation(EncoderConfig config) => "gelu";

    protected override (string Dense, string Output) ClassifierNames => ("classifier.dense", "classifier.out_proj");

    protected override TensorRole ClassifierDenseRole => ModuleSlot.HeadDense.Role();

    protected override (string Bias, string Dense, string Norm) PredictionNames => ("lm_head", "lm_head.dense", "lm_head.layer_norm");
}
