namespace Microsoft.ML.KappaTune.Models;

/// <summary>A family of decoders, in which a token sees those before it and itself.</summary>
internal abstract class DecoderFamily(string modelType, string className) : ModelFamily<DecoderConfig>(modelType, className)
{
    /// <summary>What a causal language model has above the last norm: nothing where its head is the table of word embeddings.</summary>
    public abstract IReadOnlyList<ModelPart> CausalHead(DecoderConfig config);

    protected sealed override IEnumerable<ModelPart> Heads(DecoderConfig config) => CausalHead(config);
}
