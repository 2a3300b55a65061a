namespace Microsoft.ML.KappaTune.Models;

/// <summary>A family of encoders of the BERT kind.</summary>
internal abstract class EncoderFamily(string modelType, string className) : ModelFamily<EncoderConfig>(modelType, className)
{
    /// <summary>Whether the first token's position is the number after the padding token's; it is 0 otherwise.</summary>
    public virtual bool CountsPositionsAfterPadding => false;

    /// <summary>Whether a classifier drops from the first token's state, before its dense layer.</summary>
    public virtual bool DropsBeforeClassifierDense => false;

    /// <summary>The function after a classifier's dense layer.</summary>
    public virtual string ClassifierActivation => "tanh";

    /// <summary>The function after a masked language model's dense layer.</summary>
    public virtual string PredictionActivation(EncoderConfig config) => config.Activation;

    /// <summary>
    /// What a classifier has above the encoder's last layer, with the names of a task model: <see cref="ModuleSlot.HeadDense"/>, then
    /// <see cref="ModuleSlot.HeadOutput"/>.
    /// </summary>
    public abstract IReadOnlyList<ModelPart> ClassifierHead(EncoderConfig config, int classCount);

    /// <summary>
    /// What a masked language model has above the encoder's last layer, with the names of a task model: <see cref="ModuleSlot.HeadBias"/>,
    /// whose weight is that of the word embeddings, then <see cref="ModuleSlot.HeadDense"/> and <see cref="ModuleSlot.HeadNorm"/>.
    /// </summary>
    public abstract IReadOnlyList<ModelPart> PredictionHead(EncoderConfig config);

    protected sealed override IEnumerable<ModelPart> Heads(EncoderConfig config) =>
        [.. ClassifierHead(config, 2), .. PredictionHead(config)];
}
